import path from 'node:path';
import { allRules } from '../../rules/index.js';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { BackendName } from '../../src/facts/backend.js';
import { Prover, type TriedFix } from '../../src/fix/prove.js';
import type { Verdict } from '../../src/report/report.js';
import type { Finding } from '../../src/rule/finding.js';
import type { Example, Rule } from '../../src/rule/rule.js';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs the examples of rules: each is a program of its own, held in memory. */
export class ExampleRunner {
  private readonly texts = new Map<string, string>();
  private readonly readFile = (file: string): string | undefined => this.texts.get(file);
  private analyser: Analyser | undefined;
  private readonly confirmers = new Map<BackendName, Confirmer>();
  private backend: BackendName = 'cpu';

  /** Findings the example raises: those that count, and all as the report would tell them without a run. */
  analyse(
    rule: Rule,
    example: Example,
  ): { manifest: readonly Finding[]; reported: readonly { rule: string; message: string }[] } {
    const file = path.join(root, `${rule.name}-${example.title.replace(/\W+/g, '-')}.ts`);
    this.texts.set(file, `import * as tf from '@tensorflow/tfjs';\n\n${example.code}\n`);
    this.backend = rule.backends?.[0] ?? 'cpu';
    const analyser = new Analyser(root, { readFile: this.readFile, backend: this.backend });
    this.analyser = analyser;
    const findings = analyser.analyse([file]);
    const reported = analyser.report(findings, new Map()).filter(({ severity }) => severity !== 'info');
    return {
      manifest: findings.filter((finding) => finding.manifest),
      reported: reported.map(({ rule: name, message }) => ({ rule: name, message })),
    };
  }

  /** On the backend of the example that was analysed last. */
  private get confirmer(): Confirmer {
    const { backend, readFile: readText } = this;
    const confirmer =
      this.confirmers.get(backend) ?? new Confirmer({ root, mode: 'function', readText, backend });
    this.confirmers.set(backend, confirmer);
    return confirmer;
  }

  /** The fixes of a finding of the example that was analysed last, each run beside the original. */
  prove(finding: Finding, verdict: Verdict): Promise<readonly TriedFix[]> {
    const analyser = this.analyser!;
    const prover = new Prover(this.confirmer, (file) => analyser.sourceText(file));
    return prover.proveAll(finding, verdict, analyser.writtenFixes(finding));
  }

  confirm(finding: Finding): Promise<Verdict> {
    return this.confirmer.confirm(finding);
  }

  close(): void {
    for (const confirmer of this.confirmers.values()) confirmer.close();
  }
}

export { allRules };
