import type { Finding } from '../../findings/finding.ts';
import { schemaOf } from '../../catalog/identifiers.ts';
import type { SqlName } from '../../common/sql.ts';
import { by, byCodeUnit } from '../../common/order.ts';
import { grouped } from '../../common/text.ts';
import type { PhaseName } from '../../common/phase.ts';
import { changeOf, changeWords, drawn, type Change } from './graph.ts';
import type { AccessMap } from './judge.ts';
import { PhasedWords } from './phased.ts';

/** What an identity may do with an object. */
export interface Cell {
  identity: string;
  /** Privileges with the same change and path together. */
  parts: { text: string; change: Change; word: string; path: string }[];
  /** Set if a finding says that the contract does not declare it. */
  undeclared: boolean;
}

/** Objects on which every identity may do the same. */
export interface MatrixRow {
  names: string[];
  /** Whether row-level security is on at head. */
  row_security: boolean;
  cells: Cell[];
}

export interface Matrix {
  identities: string[];
  /** How many columns a row has. */
  columns: number;
  schemas: { schema: string; rows: MatrixRow[] }[];
}

/** The matrix of identities and objects. An object that nobody reaches has no row. */
export function matrixOf({ ways: all, gateways, row_security }: AccessMap, findings: readonly Finding[]): Matrix {
  const ways = all.map(drawn);
  const identities = [...new Set(ways.map(({ identity }) => identity))].toSorted(byCodeUnit);
  const said = new PhasedWords();
  const add = (object: string, identity: string, word: string, path: string, phases: readonly PhaseName[]) =>
    said.add(JSON.stringify([object, identity]), JSON.stringify([word, path]), phases);
  for (const way of ways) {
    const path = [way.set_role ? 'SET ROLE' : '', ...way.chain].filter((part) => part !== '').join(' → ');
    for (const object of way.objects) {
      way.privileges.forEach((privilege) => add(object, way.identity, privilege, path, way.phases));
      for (const gateway of gateways.filter((one) => one.object === object)) {
        gateway.tables.forEach((table) =>
          add(
            table,
            way.identity,
            'through',
            gateway.object,
            gateway.phases.filter((phase) => way.phases.includes(phase)),
          ),
        );
      }
    }
  }
  const undeclared = new Set(
    findings
      .filter(({ code }) => code.startsWith('undeclared'))
      .map(({ object, identity }) => JSON.stringify([object, identity])),
  );
  const objects = [...new Set(said.places().map((key) => (JSON.parse(key) as [string, string])[0]))];
  const secured = new Set(row_security);
  const rows = objects.toSorted(byCodeUnit).map((object): MatrixRow => ({
    names: [object],
    row_security: secured.has(object),
    cells: identities.map((identity) => ({
      identity,
      parts: partsOf(said.at(JSON.stringify([object, identity]))),
      undeclared: undeclared.has(JSON.stringify([object, identity])),
    })),
  }));
  const schemas = grouped(rows, ({ names: [object] }) => headingOf(object! as SqlName));
  return {
    identities,
    columns: identities.length + 1,
    schemas: schemas.map(({ key, items }) => ({ schema: key, rows: alike(items) })),
  };
}

function headingOf(object: SqlName): string {
  const schema = schemaOf(object);
  return schema === object ? 'attributes of roles' : `schema ${schema}`;
}

function partsOf(words: ReturnType<PhasedWords['at']>): Cell['parts'] {
  const all = words.flatMap(([key, phases]) => {
    const [word, path] = JSON.parse(key) as [string, string];
    return phases.size === 0 ? [] : [{ word, path, change: changeOf(phases) }];
  });
  return grouped(all, ({ path, change }) => JSON.stringify([path, change]))
    .map(({ items }) => ({
      text: items
        .map(({ word }) => word)
        .toSorted(byCodeUnit)
        .join(', '),
      change: items[0]!.change,
      word: changeWords[items[0]!.change],
      path: items[0]!.path,
    }))
    .toSorted(by(({ path, change }) => `${path} ${change}`));
}

function alike(rows: readonly MatrixRow[]): MatrixRow[] {
  return grouped(rows, ({ row_security, cells }) => JSON.stringify([row_security, cells]))
    .map(({ items }) => ({ ...items[0]!, names: items.flatMap(({ names }) => names) }))
    .toSorted(by(({ names }) => names[0]!));
}
