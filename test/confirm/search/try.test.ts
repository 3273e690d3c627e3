import { it } from 'vitest';
import { confirm } from './closures.js';
import { HAZARDS } from './hazards.js';
it('table', async () => {
  const only = process.env['ONLY'];
  for (const [name, hazard] of Object.entries(HAZARDS)) {
    if (only && !name.includes(only)) continue;
    const r = await confirm(hazard);
    console.log(
      `${name} | ${r.status} ${r.failure ?? ''} | points ${r.points} evals ${r.evaluations} ${r.elapsedMs}ms | ${r.threshold ?? ''} ${r.reason ?? ''}\n    ${JSON.stringify(r.witness?.inputs.map((i) => [i.name, i.value]))}${only ? '\n' + JSON.stringify(r.witness?.observed, null, 1) : ''}`,
    );
  }
});
