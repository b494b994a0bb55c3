import type { Access } from '../../catalog/access/effective-access.ts';

/** Tells whether the catalog shows no way at all for an identity to use a privilege on an object or on any of its columns. */
export function denials(access: readonly Access[]): (identity: string, object: string, privilege: string) => boolean {
  const held = new Set<string>();
  const all = new Set<string>();
  for (const { identity, kind, object, privilege, usable } of access) {
    if (privilege === 'SUPERUSER') {
      all.add(identity);
    } else if (usable) {
      held.add(keyOf(identity, kind === 'column' ? object.slice(0, object.lastIndexOf('.')) : object, privilege));
    }
  }
  return (identity, object, privilege) => !all.has(identity) && !held.has(keyOf(identity, object, privilege));
}

function keyOf(...words: string[]): string {
  return words.join('\t');
}
