import { describe, expect, it } from 'vitest';

import { parseAcl } from './acl.ts';

const words = (text: string) =>
  parseAcl(text).map(
    ({ grantee, privilege, grantor, grantable }) => `${grantee} ${privilege}${grantable ? '*' : ''} by ${grantor}`,
  );

describe('an ACL as the server prints it', () => {
  it.each([
    ['{}', []],
    [
      '{postgres=r*w/postgres,=X/postgres}',
      ['postgres SELECT* by postgres', 'postgres UPDATE by postgres', 'PUBLIC EXECUTE by postgres'],
    ],
    ['{app=sA/postgres}', ['app SET by postgres', 'app ALTER SYSTEM by postgres']],
    // A role named PUBLIC is not everybody.
    ['{PUBLIC=r/PUBLIC}', ['"PUBLIC" SELECT by "PUBLIC"']],
    ['{"\\"a b\\"=r/postgres"}', ['a b SELECT by postgres']],
    ['{"\\"a=r/b,\\"\\"c\\\\\\\\\\"=r/\\"x,y\\""}', ['a=r/b,"c\\\\ SELECT by x,y']],
    ['{"\\"a\nb\\"=U/postgres"}', ['a\nb USAGE by postgres']],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('of a privilege that is not known is refused', () => {
    expect(() => parseAcl('{app=Z/postgres}')).toThrow('unknown privilege Z');
  });
});
