import { contractedObjects } from '../contract/declared.ts';
import type { Contract } from '../contract/parse-contract.ts';
import type { Finding } from '../findings/finding.ts';
import { forbiddenSql, runnersOf } from './forbidden-sql.ts';
import type { SourceFiles } from './read-files.ts';
import type { CodePlace, CodeSql } from './read-sql.ts';
import { referenceFaults } from './references.ts';

/** Source code as it was read. */
export interface SourceCode extends SourceFiles {
  /** Its folder, relative to the working directory. */
  root: string;
  sql: readonly CodeSql[];
}

/** The part of the evidence about source code. */
export interface SourceCodeEvidence {
  /** Absent if the contract declares no source code. */
  source_code?: {
    root: string;
    files: number;
    /** SQL texts in them that read or write. */
    sql: number;
    /**
     * SQL texts that could not be read, or contain names that are only filled in when the program runs. Little or nothing is
     * known of them.
     */
    unsure: CodePlace[];
    /** SQL texts in files that no identity is said to run, so that nothing is forbidden in them. */
    without_identity: CodePlace[];
  };
}

/** A row of the truth table, as far as it says what needs it. */
interface Row {
  object: string;
  required_by: string;
  expected: boolean;
  required_by_checked?: 'checked' | 'not checked' | 'missing';
}

/** What the source code means under the contract. Without source code nothing is checked. Pure. */
export function judgeCode(
  project: Contract,
  code: SourceCode | undefined,
): { findings: Finding[]; shown: SourceCodeEvidence; withReferences<R extends Row>(rows: readonly R[]): R[] } {
  if (code === undefined) {
    return { findings: [], shown: {}, withReferences: (rows) => [...rows] };
  }
  const { root, files, sql, saidToRun } = code;
  const runners = runnersOf(project.contract, saidToRun);
  const place = ({ file, line }: CodePlace): CodePlace => ({ file, line });
  return {
    findings: [
      ...missingReferences(project, code),
      ...forbiddenSql(project.contract, sql, runners, (path) => `${root}/${path}`),
    ],
    shown: {
      source_code: {
        root,
        files: files.size,
        sql: sql.length,
        unsure: sql.filter(({ uses, namesFilledIn }) => uses === undefined || namesFilledIn).map(place),
        without_identity: sql.filter(({ file }) => !runners.has(file)).map(place),
      },
    },
    withReferences: (rows) =>
      rows.map((row) => (row.expected ? { ...row, required_by_checked: checked(row, code) } : row)),
  };
}

function checked({ object, required_by }: Row, { files }: SourceFiles): NonNullable<Row['required_by_checked']> {
  const faults = referenceFaults(object, required_by, files);
  return faults === undefined ? 'not checked' : faults.length === 0 ? 'checked' : 'missing';
}

/** A finding for each need whose code does not exist, or does not name the object. */
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
