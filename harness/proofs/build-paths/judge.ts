import type { Fact } from '../../catalog/fact.ts';
import { factLine } from '../../catalog/fact-text.ts';
import type { PhaseName } from '../../common/phase.ts';
import type { Finding } from '../../findings/finding.ts';

/** Ways to a phase's state that must all lead to it. */
export const pathTitles = {
  'built-again': 'head built a second time from nothing',
  upgraded: 'the baseline database upgraded to head',
  'roles-there': 'head built where its roles are there already',
  'taken-down': 'head taken down to baseline',
} as const;
export type PathName = keyof typeof pathTitles;

/** One way, and whether it reached the fingerprint of its phase. */
export interface BuildPath {
  path: PathName;
  phase: PhaseName;
  /** null where it broke off. */
  fingerprint: string | null;
  expected: string;
  same: boolean;
  /** Facts that only this way has. */
  added: Fact[];
  /** Facts that this way lacks. */
  removed: Fact[];
  error: string | null;
}

/** A way that ends elsewhere: the state depends on how it was reached, not on the migrations alone. */
export function judgePaths(paths: readonly BuildPath[]): Finding[] {
  return paths
    .filter(({ same }) => !same)
    .map(({ path, phase, added, removed, error }) => {
      const words = (fact: Fact) => factLine(fact).replaceAll('\t', ' ');
      const facts = [...added.map((fact) => `+ ${words(fact)}`), ...removed.map((fact) => `- ${words(fact)}`)];
      return {
        code: 'path-diverges',
        severity: 'high',
        object: path,
        identity: '',
        message: `${pathTitles[path]} ${error === null ? `does not reach the fingerprint of ${phase}: ${facts.length} facts differ` : `broke off: ${error}`}${facts.map((fact) => `\n${fact}`).join('')}`,
        remedy:
          'Make the migrations say everything: what they leave to chance (existing roles, grants made by hand, a way back that forgets) decides the state.',
      };
    });
}
