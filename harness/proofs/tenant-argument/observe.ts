import { readFileSync } from 'node:fs';

import type { Reply } from '../../attempts/attempt.ts';
import { assume, become, sessionFormOf } from '../../attempts/session-form.ts';
import { Transactions, type Stand } from '../../attempts/transactions.ts';
import { replyOf } from '../../attempts/try-statement.ts';
import { isByTenantColumn } from '../../contract/rows.ts';
import { columnTenancyOf, tenantSessionsOf, tenantsOf } from '../../contract/sessions.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import type { Subject } from '../proof.ts';

const argumentsSql = readFileSync(new URL('sql/tenant-arguments.sql', import.meta.url), 'utf8');

/** A SECURITY DEFINER function that was told a tenant by an argument, as a login in the context of its own tenant. */
export interface TenantArgument {
  function: string;
  identity: string;
  /** The argument's place, from 1. */
  place: number;
  /** Whether the contract names the argument as the tenant. */
  is_declared: boolean;
  sql: string;
  /** What came back for its own tenant, for another, and for one that does not exist. */
  own: Reply;
  other: Reply;
  unknown: Reply;
}

interface ArgumentRow extends Record<string, unknown> {
  name: string;
  is_volatile: boolean;
  place: number;
  types: string[];
  is_declared: boolean;
}

/** Calls every definer function that can be told a tenant, as each login; all is rolled back. */
export async function callWithTenants({
  contract,
  superuser,
  logins,
  ours,
  objects,
}: Subject): Promise<TenantArgument[]> {
  const tenancy = columnTenancyOf(contract);
  const definers = Object.entries(contract.functions).filter(
    ([name, { security }]) => security === 'definer' && (objects?.has(name) ?? true),
  );
  if (tenancy === undefined || definers.length === 0) {
    return [];
  }
  const declared = definers.flatMap(([name, { tenant_argument: place }]) =>
    place === undefined ? [] : [{ name, place }],
  );
  const tables = Object.keys(contract.tables).filter((table) => isByTenantColumn(contract, table));
  const rows = await superuser.query<ArgumentRow>(argumentsSql, [
    definers.map(([name]) => name),
    tables,
    tenancy.column,
    JSON.stringify(declared),
  ]);
  const transactions = new Transactions();
  const called: TenantArgument[] = [];
  try {
    for (const session of tenantSessionsOf(contract)) {
      const login = logins.get(session.login);
      if (login === undefined || !('untouched' in login)) {
        continue;
      }
      const { identity } = session;
      const form = sessionFormOf(contract, session);
      const stand: Stand = {
        session: login.used,
        begin: login.begin ?? 'begin',
        before: [],
        enter: [...(login.become ?? []), ...assume(form), ...become(form, tenantsOf(contract)!.own)],
      };
      // In a database that is not ours, what a function does besides answering is not tried.
      for (const row of rows.filter(({ is_volatile }) => ours || !is_volatile)) {
        const ask = async (tenant: string) => replyOf(await transactions.run(stand, [callOf(row, tenant)]));
        called.push({
          function: row.name,
          identity,
          place: row.place,
          is_declared: row.is_declared,
          sql: callOf(row, '…'),
          own: await ask(tenancy.own),
          other: await ask(tenancy.other),
          unknown: await ask(tenancy.unknown),
        });
      }
    }
  } finally {
    await transactions.end().catch(() => undefined);
  }
  return called;
}

function callOf({ name, types, place }: ArgumentRow, tenant: string): string {
  const values = types.map((type, index) =>
    index + 1 === place ? `${quoteLiteral(tenant)}::${type}` : `null::${type}`,
  );
  return `select 1 from ${name.slice(0, name.lastIndexOf('('))}(${values.join(', ')}) as answer where answer is not null or answer::text <> '()'`;
}
