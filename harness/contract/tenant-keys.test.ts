import { describe, expect, it } from 'vitest';

import { minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';
import { parseContract } from './parse-contract.ts';
import { rowsRuleOf } from './rows.ts';

const identities = `identities:
  app: { kind: login, member_of: [{ role: acme, inherit: false }, { role: Globex, inherit: false }] }
  acme: { kind: group }
  Globex: { kind: group }
`;
const member = `sessions: { member: { login: app, role: "{schema}" } }
tenancy: { session: member, own: { schema: acme }, other: { schema: Globex }, unknown: { schema: initech } }
`;
const head = minimal.slice(0, minimal.indexOf('identities:'));
const whole = (more: string) => `${head}${identities}${more}`;
const parsed = (more: string) => parseContract('c.yaml', whole(`${member}${more}`));
const said = { owner: undefined, policies: {}, only_through: [], row_security: 'off' };

describe('a key that holds a value of the tenant', () => {
  it('is written out for the own tenant and the other, each of which the other’s role is denied', () => {
    const { contract } = parsed(`database: { grants: { "{schema}": [TEMPORARY] } }
schemas: { "{schema}": { grants: { "{schema}": [USAGE] } } }
tables:
  public.plans: { grants: { "{schema}": [SELECT] } }
  "{schema}.notes":
    grants: { "{schema}": [SELECT, INSERT] }
    needs: [{ identity: "{schema}", access: [SELECT], required_by: api }]
`);
    expect(contract.database.grants).toEqual({ acme: ['TEMPORARY'], Globex: ['TEMPORARY'] });
    expect(contract.schemas).toEqual({
      acme: { grants: { acme: ['USAGE'] } },
      '"Globex"': { grants: { Globex: ['USAGE'] } },
    });
    const need = (identity: string) => ({ identity, access: ['SELECT'], required_by: 'api' });
    const denial = (identity: string) => ({ identity, access: ['SELECT'], required_by: '(forbidden)' });
    expect(contract.tables).toEqual({
      'public.plans': { ...said, needs: [], denies: [], grants: { acme: ['SELECT'], Globex: ['SELECT'] } },
      'acme.notes': {
        ...said,
        grants: { acme: ['SELECT', 'INSERT'] },
        needs: [need('acme')],
        denies: [denial('Globex')],
        rows: { of: 'own', by: ['schema'] },
      },
      '"Globex".notes': {
        ...said,
        grants: { Globex: ['SELECT', 'INSERT'] },
        needs: [need('Globex')],
        denies: [denial('acme')],
        rows: { of: 'other', by: ['schema'] },
      },
    });
    expect(rowsRuleOf(contract, 'acme.notes', () => false)).toEqual({ kind: 'tenant', tenant: 'own', by: ['schema'] });
  });

  it('denies the other nothing that a grant gives it', () => {
    const { contract } = parsed(`tables:
  "{schema}.notes":
    grants: { "{schema}": [SELECT, INSERT], PUBLIC: [SELECT] }
    needs: [{ identity: "{schema}", access: [SELECT, INSERT], required_by: api }]
`);
    expect(contract.tables['acme.notes']!.denies).toEqual([
      { identity: 'Globex', access: ['INSERT'], required_by: '(forbidden)' },
    ]);
  });

  it('may be a part of the schema, and stands in names, policies and conditions of the entry as well', () => {
    const { contract } = parsed(`functions: { "t_{schema}.f(t_{schema}.kind)": { call: "select t_{schema}.f(null)" } }
tables:
  "t_{schema}.notes":
    owner: "{schema}"
    row_security: enabled
    only_through: ["t_{schema}.f(t_{schema}.kind)"]
    rows: "id in (select id from t_{schema}.mine where who = :schema)"
    policies: { own: { roles: ["{schema}"], using: "((who = '{schema}'::text) AND (kinds = '{any}'::text[]))" } }
  "t_{schema}.lines": { rows: all }
`);
    expect(Object.keys(contract.functions)).toEqual(['t_acme.f(t_acme.kind)', '"t_Globex".f("t_Globex".kind)']);
    expect(contract.tables['"t_Globex".notes']).toMatchObject({
      owner: 'Globex',
      only_through: ['"t_Globex".f("t_Globex".kind)'],
      rows: 'id in (select id from "t_Globex".mine where who = :schema)',
      policies: { own: { roles: ['Globex'], using: `((who = 'Globex'::text) AND (kinds = '{any}'::text[]))` } },
    });
    expect(contract.functions['t_acme.f(t_acme.kind)']!.call).toBe('select t_acme.f(null)');
    expect(contract.tables['t_acme.lines']!.rows).toBe('all');
  });

  it('is a name of its own between quotes', () => {
    expect(Object.keys(parsed(`tables: { 'public."{schema}"': {} }`).contract.tables)).toEqual(['public."{schema}"']);
  });

  it('has the line of what it was written as', () => {
    const { source, contract } = parsed(`tables:\n  public.plans: {}\n  "{schema}.notes": {}\n`);
    const lines = Object.keys(contract.tables).map((table) => source.lineOf(['tables', table]));
    expect(lines).toEqual([13, 14, 14]);
  });

  it.each<[what: string, more: string, faults: RegExp[]]>([
    ['no tenancy', 'tables: { "{schema}.t": {} }', [/^\d+:\d+ tables\.\{schema\}\.t: there is no tenancy/]],
    [
      'a value that no tenant has',
      `${member}tables: { "{schma}.t": {} }`,
      [/ tables\.\{schma\}\.t: \{schma\} is not a value of the tenants: did you mean schema\?$/],
    ],
    [
      'what is there already',
      `${member}tables: { acme.t: {}, "{schema}.t": {} }`,
      [/ tables\.\{schema\}\.t: is acme\.t too, which is there already$/],
    ],
    [
      'one value for both tenants',
      `${member.replaceAll('}, other', ', db: x }, other').replaceAll('Globex }', 'Globex, db: x }').replace('initech }', 'initech, db: y }')}tables: { "{db}.t": {} }`,
      [/ tables\.\{db\}\.t: is x\.t for both tenants/],
    ],
    [
      'a grant of a value that no tenant has',
      `${member}tables: { "{schema}.t": { grants: { "{schma}": [SELECT] } } }`,
      [/ tables\.\{schema\}\.t\.grants\.\{schma\}: \{schma\} is neither an identity nor PUBLIC/],
    ],
    [
      'a role that is not an identity',
      `${member}tables: { "{schema}.t": { needs: [{ identity: "x_{schema}", access: [SELECT], required_by: api }] } }`,
      [/needs\.0\.identity: x_acme is not an identity/, /needs\.0\.identity: x_Globex is not an identity/],
    ],
  ])('is refused with %s', (_, more, faults) => {
    expect(faultsOf(whole(more))).toEqual(faults.map((fault) => expect.stringMatching(fault) as unknown));
  });
});

describe('rows that are all of one tenant', () => {
  it.each<[what: string, rows: string, fault: RegExp]>([
    ['a tenant that is not tried', '{ of: third }', /rows/],
    [
      'a value that no tenant has',
      '{ of: own, by: [schma] }',
      /rows: schma is not a value of the tenants: did you mean/,
    ],
  ])('are refused with %s', (_, rows, fault) => {
    expect(faultsOf(whole(`${member}tables: { public.t: { rows: ${rows} } }`))).toEqual([expect.stringMatching(fault)]);
  });

  it('are told by every value of the tenant where the contract does not say which', () => {
    const { contract } = parsed('tables: { public.t: { rows: { of: other } } }');
    expect(rowsRuleOf(contract, 'public.t', () => true)).toEqual({ kind: 'tenant', tenant: 'other', by: ['schema'] });
  });
});
