import { plainName } from '../common/sql.ts';
import { everyone, roleName } from './role-name.ts';

/** One privilege in an ACL. */
export interface AclGrant {
  grantee: string;
  privilege: string;
  grantor: string;
  grantable: boolean;
}

const privileges: Readonly<Record<string, string>> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
  D: 'TRUNCATE',
  x: 'REFERENCES',
  t: 'TRIGGER',
  m: 'MAINTAIN',
  X: 'EXECUTE',
  U: 'USAGE',
  C: 'CREATE',
  T: 'TEMPORARY',
  c: 'CONNECT',
  s: 'SET',
  A: 'ALTER SYSTEM',
};

/** The privileges of an ACL, from the text that the server prints: `{postgres=r*w/postgres,=r/postgres}`. */
export function parseAcl(text: string): AclGrant[] {
  return elements(text).flatMap((item) => {
    const [, grantee, letters, grantor] = /^((?:"(?:[^"]|"")*")?[^=]*)=([a-zA-Z*]*)\/(.+)$/s.exec(item) ?? [];
    if (grantee === undefined || letters === undefined || grantor === undefined) {
      throw new Error(`not an item of an ACL: ${item}`);
    }
    const parties = {
      grantee: grantee === '' ? everyone : roleName(plainName(grantee)),
      grantor: roleName(plainName(grantor)),
    };
    return (
      letters.match(/[a-zA-Z]\*?/g)?.map((letter) => ({
        ...parties,
        privilege: privilegeOf(letter[0]!),
        grantable: letter.endsWith('*'),
      })) ?? []
    );
  });
}

function privilegeOf(letter: string): string {
  const privilege = privileges[letter];
  if (privilege === undefined) {
    throw new Error(`an ACL has the unknown privilege ${letter}`);
  }
  return privilege;
}

/** The elements of an array as the server prints one. */
function elements(text: string): string[] {
  const parts = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : part));
}
