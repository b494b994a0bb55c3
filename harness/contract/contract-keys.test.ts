import { describe, expect, it } from 'vitest';

import { parse } from 'yaml';

import { blocks, contractDocument } from './contract-document.ts';
import { contractAsSchema, contractKeys, pathText, type Step } from './contract-keys.ts';
import { parseContract } from './parse-contract.ts';

/** A contract into which every example is put. */
const whole = `
version: 1
name: shop
title: The shop
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
databases: { baseline: before, head: after }
code: { root: .., include: [src/**] }
identities:
  app: { kind: login, member_of: [app_rw] }
  auditor: { kind: login }
  app_rw: { kind: group }
  security: { kind: definer, attributes: [INHERIT, BYPASSRLS] }
  owner: { kind: migrator }
  admin: { kind: migrator }
sessions: { user: { login: app, role: app_rw, set: { app.tenant: "{tenant}" } } }
tenancy: { session: user, column: tenant_id, own: a, other: b, unknown: c }
tables:
  public.notes: { row_security: forced, grants: { app_rw: [SELECT] } }
  public.orders: { row_security: forced }
functions:
  security.tenant_of(text): { owner: security, security: definer, search_path: pg_catalog, grants: { app_rw: [EXECUTE] } }
  public.now_utc(): {}
schemas: { public: {}, security: {} }
sequences: { public.notes_id_seq: {} }
types: { public.mood: {} }
`;

const names: Record<string, string> = {
  sessions: 'user',
  identities: 'app',
  schemas: 'public',
  tables: 'public.notes',
  functions: 'security.tenant_of(text)',
  sequences: 'public.notes_id_seq',
  types: 'public.mood',
  policies: 'mine',
};

type Tree = Record<string | number, unknown>;

/** The whole contract with an example at its place. */
function withExample(steps: readonly Step[], example: unknown): unknown {
  const root = { at: parse(whole) as unknown };
  let holder: Tree = root;
  let key: string | number = 'at';
  for (const [index, step] of steps.entries()) {
    if (typeof step === 'object' && 'form' in step) {
      holder[key] = structuredClone(step.form.examples?.[0]);
      continue;
    }
    if (typeof holder[key] !== 'object') {
      holder[key] = typeof step === 'object' && 'entry' in step ? [] : {};
    }
    holder = holder[key] as Tree;
    key = typeof step === 'string' ? step : 'entry' in step ? 0 : names[steps[index - 1] as string]!;
    if (typeof step === 'object' && 'entry' in step && holder[0] === undefined) {
      const list = steps.slice(0, index);
      const of = contractKeys().find((one) => pathText(one.steps) === pathText(list))!;
      holder[0] = structuredClone(
        (of.schema.examples!.find((one) => typeof (one as unknown[])[0] === 'object') as unknown[])[0],
      );
    }
  }
  holder[key] = example;
  return root.at;
}

/** What an example needs besides itself, and what it replaces. */
const beside: Record<string, (contract: Tree) => void> = {
  platform: (contract) => {
    if (contract['platform'] !== 'supabase') {
      return;
    }
    delete contract['sessions'];
    contract['tenancy'] = {
      session: 'user',
      column: 'user_id',
      own: { user: 'a' },
      other: { user: 'b' },
      unknown: { user: 'c' },
    };
  },
  'sessions.<name>.sees': (contract) => {
    delete contract['tenancy'];
    delete ((contract['sessions'] as Tree)['user'] as Tree)['set'];
  },
  tenancy: (contract) => {
    delete contract['sessions'];
  },
  'tenancy.setting': (contract) => {
    delete contract['sessions'];
    delete (contract['tenancy'] as Tree)['session'];
  },
  'identities.<name>.member_of[].set': (contract) => {
    contract['sessions'] = { user: { login: 'app', set: { 'app.tenant': '{tenant}' } } };
  },
};

const keys = contractKeys();
const examples = keys.flatMap(({ steps, schema }) =>
  (schema.examples ?? []).map((example) => [pathText(steps), JSON.stringify(example), steps, example] as const),
);

describe('a key of the contract', () => {
  it('is one of many', () => {
    expect(keys.length).toBeGreaterThan(120);
  });

  it('has a description that is a sentence', () => {
    const without = keys.filter(({ schema }) => !/^\S.*[.…]$/s.test(schema.description ?? ''));
    expect(without.map(({ steps }) => pathText(steps))).toEqual([]);
  });

  it('has an example', () => {
    expect(keys.filter(({ schema }) => !schema.examples?.length).map(({ steps }) => pathText(steps))).toEqual([]);
  });

  it.each(examples)('%s: %s is part of a whole contract', (path, _, steps, example) => {
    const contract = withExample(steps, example) as Tree;
    beside[path]?.(contract);
    parseContract('c.yaml', JSON.stringify(contract));
  });
});

describe('docs/contract.md', () => {
  it('has a block for each key at the top, and no other', () => {
    expect(blocks.flatMap((block) => block.keys).toSorted()).toEqual(
      Object.keys(contractAsSchema().properties!).toSorted(),
    );
  });

  it('names each key', () => {
    const text = contractDocument();
    expect(keys.filter(({ key }) => !text.includes(`\`${key}\``)).map(({ steps }) => pathText(steps))).toEqual([]);
  });
});
