import { whoIs } from '../../attempts/attempt.ts';
import { privilegesOf } from '../../attempts/statements.ts';
import { grouped } from '../../common/text.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnsIn, inheritedPrivileges } from '../../contract/declared.ts';
import { wholeTenantOf } from '../../contract/rows.ts';
import { isBound } from '../../contract/sessions.ts';
import type { Finding } from '../../findings/finding.ts';
import type { FailClosedCell } from './cells.ts';
import { whatWasOpen } from './open-words.ts';

/**
 * Whether the contract itself opens a cell: it grants a session that all tenants share access to one tenant's table without row
 * security. Only the name in the query then keeps it from the other tenants.
 */
export function isBySearchPath(
  contract: ParsedContract,
  { table, identity, session, context, command }: FailClosedCell,
): boolean {
  const { login, role, sees } = contract.sessions[session ?? ''] ?? { login: identity, sees: 'whose' };
  const declared = inheritedPrivileges(contract, identity, table);
  const [privilege] = privilegesOf(command);
  return (
    wholeTenantOf(contract, table) !== undefined &&
    contract.tables[table]!.row_security === 'off' &&
    context !== 'after-reset-role' &&
    sees === 'whose' &&
    !isBound({ login, role }) &&
    (declared.has(privilege) || columnsIn(declared, privilege).length > 0)
  );
}

/** One finding for each session, because its tables have one cause. */
export function bySearchPath(cells: readonly FailClosedCell[]): Finding[] {
  return grouped(cells, ({ identity, session }) => JSON.stringify([identity, session])).map(({ items }) => {
    // What one tenant reaches of another is easier to understand than what a session without a tenant reaches.
    const first = items.find(({ context }) => context === 'own-tenant') ?? items[0]!;
    const { identity, session = identity, command, table, context } = first;
    const tables = [...new Set(items.map((cell) => cell.table))];
    return {
      code: 'isolated-by-search-path-only',
      severity: 'high',
      object: session,
      identity,
      message: `${whoIs(first)}: ${command} on ${table} ${whatWasOpen(first)} (context ${context}): it may use the schema of every tenant, and nothing but search_path keeps apart ${tables.length === 1 ? 'the table' : `${tables.length} tables`}: ${tables.join(', ')}`,
      remedy: `Give each tenant a login or a role that may use its schema alone, and say so in the contract: \`login: "{…}"\` or \`role: "{…}"\` of the session ${session}, and the same in the grants of the tables. Or switch row security on in each of them, with a policy that compares the tenant.`,
    };
  });
}
