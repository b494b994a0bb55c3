import { schemaOf } from '../catalog/identifiers.ts';
import type { ProofLevel } from '../common/proof-level.ts';
import type { SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { contractedObjects } from '../contract/declared.ts';
import type { Ground } from '../attempts/ground.ts';
import type { NotSeen } from '../findings/not-seen.ts';
import type { Session } from '../postgres/session.ts';
import type { SuitePermission } from '../proofs/suites/observe.ts';

/** What only a superuser could do in a database that somebody else built, and which flag makes it unnecessary. */
export function leftToSuperusers({ target }: Session, level: ProofLevel): NotSeen[] {
  const text = `${target.user} is not a superuser: no suite was run against its own damage, no remedy was tried, nobody who may not log in was played; --proof login, or proof: login in the contract, asks for no more than that`;
  return level === 'full' ? [] : [{ text, partOf: 'full' }];
}

/** What suites may do without a superuser: only one can do their damage and act as their logins. */
export function withoutControls(permission: SuitePermission, level: ProofLevel): SuitePermission {
  return level === 'full' ? permission : { ...permission, controls: false };
}

/** A ground for a database to which nobody else writes. */
export function withoutSnapshot(ground: Ground): Ground {
  const copy = { ...ground };
  delete copy.snapshot;
  return copy;
}

/** What a login without superuser could not look into, in words. */
export async function closedSchemas(
  session: Session,
  contract: ParsedContract,
  isOut: (object: string) => boolean = () => true,
): Promise<string[]> {
  const objects = contractedObjects(contract)
    .map(({ object }) => object as SqlName)
    .filter(isOut);
  const closed = await session.query<{ schema: string }>(
    `select pg_catalog.quote_ident(n.nspname) as schema from pg_catalog.pg_namespace as n
      where pg_catalog.quote_ident(n.nspname) = any ($1::text[]) and not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      order by 1`,
    [[...new Set(objects.map(schemaOf))]],
  );
  return closed.map(({ schema }) => {
    const within = objects.filter((object) => schemaOf(object) === schema).join(', ');
    return `${session.target.user} has no USAGE on ${schema}: what is in it was not looked into, but in catalogs: ${within}`;
  });
}
