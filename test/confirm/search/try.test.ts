import { it } from 'vitest';
import { confirm } from './closures.js';
import { HAZARDS } from './hazards.js';
import { HARD, MORE, SAFE } from './more.js';
it('table', async () => {
  const only = process.env['ONLY'];
  const sets = { HAZARDS, MORE, HARD, SAFE };
  for (const [set, cases] of Object.entries(sets)) {
    if (process.env['SET'] && process.env['SET'] !== set) continue;
    console.log('=== ' + set);
    for (const [name, hazard] of Object.entries(cases)) {
      if (only && !name.includes(only)) continue;
      const found = await confirm(hazard, { search: 280, shrink: 0, threshold: 0, milliseconds: 1e4 });
      const r = await confirm(hazard);
      const flag = (r.status === 'confirmed') === (set !== 'SAFE') ? '' : '#### ';
      console.log(
        `${flag}${name} | ${r.status} ${r.failure ?? ''} | found at ${found.points} (${found.evaluations}) all ${r.evaluations} ${r.elapsedMs}ms | ${r.threshold ?? ''} ${r.reason ?? ''}\n    ${JSON.stringify(r.witness?.inputs.map((i) => [i.name, i.value]))?.slice(0, 300)}${only ? '\n' + JSON.stringify(r.witness?.observed, null, 1) : ''}`,
      );
    }
  }
});
