import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { extended } from './additions.ts';

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
const add = (draft: Record<string, unknown>, text = contract) => extended(text, draft, new Set(['needs']));

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
});
