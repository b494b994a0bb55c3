import { contractedObjects } from '../contract/declared.ts';
import type { Contract } from '../contract/parse-contract.ts';
import type { Finding } from '../findings/finding.ts';
import type { SourceFiles } from './read-files.ts';
import { referenceFaults } from './references.ts';

/** A row of the truth table, as far as it says what needs it. */
interface Row {
  object: string;
  required_by: string;
  expected: boolean;
  required_by_checked?: 'checked' | 'not checked' | 'missing';
}

/** What the source code means under the contract; without any, nothing is checked. Pure. */
export function judgeCode(
  project: Contract,
  code: SourceFiles | undefined,
): { findings: Finding[]; withReferences<R extends Row>(rows: readonly R[]): R[] } {
  if (code === undefined) {
    return { findings: [], withReferences: (rows) => [...rows] };
  }
  return {
    findings: missingReferences(project, code),
    withReferences: (rows) =>
      rows.map((row) => (row.expected ? { ...row, required_by_checked: checked(row, code) } : row)),
  };
}

function checked({ object, required_by }: Row, { files }: SourceFiles): NonNullable<Row['required_by_checked']> {
  const faults = referenceFaults(object, required_by, files);
  return faults === undefined ? 'not checked' : faults.length === 0 ? 'checked' : 'missing';
}

/** A finding for each need whose code is not there, or does not name the object. */
function missingReferences({ contract, file, source }: Contract, { files }: SourceFiles): Finding[] {
  return contractedObjects(contract).flatMap(({ section, object, entry: { needs } }) =>
    needs.flatMap(({ identity, access, required_by }, index): Finding[] => {
      const faults = referenceFaults(object, required_by, files) ?? [];
      const words = access.join('/');
      return faults.length === 0
        ? []
        : [
            {
              code: 'required-by-not-there',
              severity: 'medium',
              object,
              identity,
              access: words,
              message: `${identity} is given ${words} on ${object} for code that is not there as required_by says: ${faults.join('; ')}`,
              remedy:
                'Name the file that needs it in required_by; or take the need and its grant away, in a migration and in the contract.',
              location: { file, line: source.lineOf([section, object, 'needs', index]) },
            },
          ];
    }),
  );
}
