import { counted } from '../common/text.ts';
import type { ServerEvidence } from '../findings/server.ts';

/** The recognised server, and what was not judged there, in a line. */
export function serverWords({ title, told_by, left_out }: ServerEvidence): string {
  const { roles, memberships, settings, schemas, extensions } = left_out;
  const named = (word: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${counted(names.length, word)} (${names.join(', ')})`];
  const parts = [
    ...named('role', roles),
    ...(memberships.length === 0 ? [] : [counted(memberships.length, 'membership')]),
    ...named('setting', settings),
    ...named('schema', schemas),
    ...named('extension', extensions),
  ];
  const how = told_by === 'contract' ? 'named in the contract' : 'recognised in the catalog';
  return `${title}, ${how}; ${parts.length === 0 ? 'nothing of its provider is there' : `its provider’s, and not judged: ${parts.join(', ')}`}`;
}
