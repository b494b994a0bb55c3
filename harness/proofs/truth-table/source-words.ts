import { counted } from '../../common/text.ts';
import type { SourceCodeEvidence } from '../../source-code/judge.ts';

/** Which source code was searched, in words; undefined if the contract declares none. */
export function sourceWords(
  code: SourceCodeEvidence['source_code'],
): { said: string; lists: { title: string; places: string }[] } | undefined {
  if (code === undefined) {
    return undefined;
  }
  const { root, files, sql, unsure, without_identity: nobody } = code;
  return {
    said: `Source code: ${counted(files, 'file')} below ${root}, with ${counted(sql, 'text')} of SQL.`,
    lists: [
      {
        title: `${counted(unsure.length, 'text')} of SQL unsure: not read, or with names that are filled in`,
        of: unsure,
      },
      { title: `${counted(nobody.length, 'text')} of SQL in files that no identity is said to run`, of: nobody },
    ]
      .filter(({ of }) => of.length > 0)
      .map(({ title, of }) => ({ title, places: placesIn(of) })),
  };
}

const most = 50;

function placesIn(places: readonly { file: string; line: number }[]): string {
  const shown = places.slice(0, most).map(({ file, line }) => `${file}:${line}`);
  return `${shown.join(', ')}${places.length > most ? ` and ${places.length - most} more` : ''}`;
}
