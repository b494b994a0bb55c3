import { nameParts } from '../catalog/identifiers.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { bookkeeping } from '../contract/layouts.ts';

/** Kinds of fact whose object is a table, a part of one, or in a schema. */
const ofTables = new Set<FactKind>([
  'column',
  'foreign-key',
  'inheritance',
  'policy',
  'rule',
  'sequence',
  'table',
  'trigger',
  'type',
]);
const ofSchemas = new Set<FactKind>([...ofTables, 'function', 'schema', 'view']);

/** Facts without those of the tables in which the tool records what it has run. What the contract names is judged anyway. */
export function withoutBooks(
  facts: readonly Fact[],
  contract: Pick<ParsedContract, 'migrations' | 'tables' | 'schemas'>,
): Fact[] {
  const { migrations, tables: named, schemas: namedSchemas } = contract;
  const layout = 'folder' in migrations ? migrations.layout : undefined;
  if (layout === undefined) {
    return [...facts];
  }
  const { tables, schemas } = bookkeeping[layout];
  const isBook = ({ kind, object }: Fact) => {
    const [schema = '', name = ''] = ofSchemas.has(kind) ? nameParts(object) : [];
    if (schemas.includes(schema) && !Object.hasOwn(namedSchemas, schema)) {
      return true;
    }
    const table = tables.find((one) => one === name || (kind === 'sequence' && name.startsWith(`${one}_`)));
    return ofTables.has(kind) && table !== undefined && !Object.hasOwn(named, `${schema}.${table}`);
  };
  return facts.filter((fact) => !isBook(fact));
}
