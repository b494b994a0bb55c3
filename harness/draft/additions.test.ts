import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { extended, withoutPoliciesWhereOff } from './additions.ts';

const contract = `# What must be true.
tables:
  public.notes: # the notes
    grants: { app: [SELECT] }
    needs:
      - { identity: app, access: [SELECT] }

  public.plans:
    grants:
      app: [SELECT] # all of them
      reports:
        - SELECT

# Functions come last.
functions: {}
`;
const add = (draft: Record<string, unknown>, text = contract) => extended(text, draft);

describe('a contract with what is new', () => {
  it('stays as it is where nothing is', () => {
    const same = add({ tables: { 'public.notes': { grants: { app: ['SELECT'] }, needs: [] } } });
    expect(same).toEqual({ text: contract, added: [], left: [] });
  });

  it('has new entries, grants and words where they belong, and its comments and form', () => {
    const { text, added } = add({
      tables: {
        'public.notes': { grants: { app: ['SELECT', 'INSERT'], clerk: ['SELECT'] } },
        'public.plans': { grants: { app: ['SELECT', 'DELETE'], reports: ['SELECT', 'UPDATE'] } },
        'public.later': { grants: { app: ['SELECT'] } },
      },
      functions: { 'public.f()': { owner: 'app' } },
      types: { 'public.mood': {} },
    });
    expect(text).toBe(`# What must be true.
tables:
  public.notes: # the notes
    grants: { app: [SELECT, INSERT], clerk: [SELECT] }
    needs:
      - { identity: app, access: [SELECT] }

  public.plans:
    grants:
      app: [SELECT, DELETE] # all of them
      reports:
        - SELECT
        - UPDATE
  public.later:
    grants:
      app:
        - SELECT

# Functions come last.
functions: { public.f(): { owner: app } }
types:
  public.mood: {}
`);
    expect(added).toEqual([
      'tables.public.notes.grants.app',
      'tables.public.notes.grants.clerk',
      'tables.public.plans.grants.app',
      'tables.public.plans.grants.reports',
      'tables.public.later',
      'functions.public.f()',
      'types',
    ]);
    expect(parse(text)).toMatchObject({ tables: { 'public.plans': { grants: { reports: ['SELECT', 'UPDATE'] } } } });
  });

  it('leaves what several places share', () => {
    const text = `tables:
  a: { grants: &same { app: [SELECT] } }
  b: { grants: *same }
`;
    expect(add({ tables: { b: { grants: { app: ['SELECT', 'INSERT'] } } } }, text)).toEqual({
      text,
      added: [],
      left: ['tables.b.grants'],
    });
  });

  it.each([
    ['a comma at the end', 'a: [\n  x,\n]\n', { a: ['y'] }, 'a: [\n  x, y,\n]\n'],
    ['a comment at the end', 'a: [\n  x, # why\n]\n', { a: ['y'] }, 'a: [\n  x, y, # why\n]\n'],
    ['a map over lines', 'a: {\n  b: 1,\n}\n', { a: { c: 2 } }, 'a: {\n  b: 1, c: 2,\n}\n'],
    ['nothing in it', 'a: []\nb: {}\n', { a: ['y'], b: { c: 1 } }, 'a: [y]\nb: { c: 1 }\n'],
    ['a word that needs quotes', 'a: [x]\n', { a: ['y, z'] }, 'a: [x, "y, z"]\n'],
  ])('goes into a collection in one form or the other: %s', (_, text, draft, wanted) => {
    const { text: made } = add(draft, text);
    expect(made).toBe(wanted);
    expect(parse(made)).toEqual(parse(wanted));
  });

  it('says row security with the policies of a table that had none, and neither where the contract says off', () => {
    const news = { tables: { 'public.notes': { row_security: 'enabled', policies: { mine: { using: 'true' } } } } };
    expect(add(news)).toMatchObject({
      added: ['tables.public.notes.row_security', 'tables.public.notes.policies'],
      left: [],
    });
    const off = contract
      .replace('public.notes: # the notes\n', '$&    row_security: off\n')
      .replaceAll(': off', ': "off"');
    const { left } = add(news, off);
    expect(left).toEqual(['tables.public.notes.row_security']);
    expect(add(withoutPoliciesWhereOff(news, left), off)).toMatchObject({ text: off, added: [] });
  });

  it('tells of what is of another kind, or empty', () => {
    expect(add({ a: ['x'], b: { c: 1 } }, 'a: x\nb:\n')).toMatchObject({ added: [], left: ['a', 'b'] });
  });
});
