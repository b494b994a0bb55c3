import type { Access } from '../catalog/effective-access.ts';
import { pathText } from '../catalog/explain.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredSources } from '../contract/declared.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { Finding } from './finding.ts';

/** An object that was made as a migrator and rolled back, and what the contracted identities could have done with it. */
export interface FutureObject {
  kind: 'table' | 'sequence' | 'function' | 'type';
  schema: string;
  migrator: string;
  access: Access[];
}

const sections = { table: 'tables', sequence: 'sequences', function: 'functions', type: 'types' } as const;

/** What default privileges would give away of tomorrow's objects beyond `future` of the contract. */
export function judgeFuture(contract: ParsedContract, objects: readonly FutureObject[]): Finding[] {
  return objects.flatMap(({ kind, schema, migrator, access }) =>
    access
      .filter(({ identity, privilege, kind: seen }) => seen !== 'column' && !isDeclared(contract, kind, identity, privilege))
      // What everyone would have is said once, of PUBLIC.
      .filter(({ identity, paths }) => identity === 'PUBLIC' || !paths.every(({ chain }) => chain.at(-1) === 'PUBLIC'))
      .map(({ identity, privilege, paths }): Finding => {
        const holder = paths[0]!.chain.at(-1)!;
        return {
          code: 'future-object-exposed',
          severity: 'high',
          object: `future ${kind} in ${schema}`,
          identity,
          access: privilege,
          message: `a ${kind} that ${migrator} makes in ${schema} gives ${identity} ${privilege} ${paths.map((path) => pathText(path, privilege, schema)).join('; ')}; the contract does not declare it`,
          remedy: `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(migrator)} REVOKE ${privilege} ON ${sections[kind].toUpperCase()} FROM ${holder === 'PUBLIC' ? holder : quoteIdentifier(holder)};`,
        };
      }),
  );
}

function isDeclared(contract: ParsedContract, kind: FutureObject['kind'], identity: string, privilege: string): boolean {
  const grants = (contract.future[sections[kind]] ?? {}) as Record<string, readonly string[]>;
  return declaredSources(contract, identity).some((source) => grants[source]?.includes(privilege));
}
