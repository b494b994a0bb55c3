import { nameParts } from '../catalog/identifiers.ts';
import { indexBy } from '../common/index-by.ts';
import { by } from '../common/order.ts';
import { plainName } from '../common/sql.ts';
import { counted } from '../common/text.ts';
import { referencesIn } from '../contract/code-references.ts';
import type { ParsedContract } from '../contract/contract.ts';
import {
  contractedObjects,
  declaredOwners,
  declaredPrivileges,
  declaredSources,
  isJudged,
  privilegeIn,
  type ContractedObject,
} from '../contract/declared.ts';
import type { Finding } from '../findings/finding.ts';
import type { CodePlace, CodeSql } from './read-sql.ts';
import type { Use } from './statement-uses.ts';

/** Who runs the SQL of a file: as the contract says, otherwise the identities whose needs name the file. */
export function runnersOf(
  contract: ParsedContract,
  saidToRun: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const byNeeds = new Map<string, string[]>();
  for (const { entry } of contractedObjects(contract)) {
    for (const { identity, required_by } of entry.needs) {
      const references = referencesIn(required_by);
      for (const { path } of Array.isArray(references) ? references : []) {
        byNeeds.set(path, [...new Set([...(byNeeds.get(path) ?? []), identity])]);
      }
    }
  }
  return new Map([...byNeeds, ...saidToRun]);
}

/**
 * A finding for each privilege that SQL in source code needs and that the contract gives to no identity that runs it. Objects
 * that the contract does not name are not judged. `shown` is a path relative to the working directory.
 */
export function forbiddenSql(
  contract: ParsedContract,
  sql: readonly CodeSql[],
  runners: ReadonlyMap<string, readonly string[]>,
  shown: (path: string) => string,
): Finding[] {
  const objects = objectsByName(contract);
  const found = new Map<string, { object: string; identity: string; access: string; places: CodePlace[] }>();
  for (const { file, line, uses = [] } of sql) {
    const identities = runners.get(file) ?? [];
    for (const use of uses) {
      const meant = meantBy(use, objects);
      const mayAny = identities.some((identity) => meant.some((object) => mayUse(contract, identity, object, use)));
      if (meant.length === 0 || mayAny) {
        continue;
      }
      for (const identity of identities) {
        const { object } = meant[0]!;
        const key = JSON.stringify([object, identity, use.privilege]);
        const one = found.get(key) ?? { object, identity, access: use.privilege, places: [] };
        found.set(key, { ...one, places: [...one.places, { file, line }] });
      }
    }
  }
  return [...found.values()].map(({ places, ...finding }) => ({
    code: 'code-needs-forbidden',
    severity: 'medium',
    ...finding,
    message: `${finding.identity} runs SQL that needs ${finding.access} on ${finding.object}, which the contract gives it by no grant: ${placesIn(places)}`,
    remedy: `Take the statement out; or grant ${finding.access} in a migration and in the contract. Where another identity runs it, say so in code.identities.`,
    location: { file: shown(places[0]!.file), line: places[0]!.line },
  }));
}

const mostPlaces = 5;

function placesIn(places: readonly CodePlace[]): string {
  const shown = places.slice(0, mostPlaces).map(({ file, line }) => `${file}:${line}`);
  const more = places.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${counted(more, 'place')} more`}`;
}

/** Contracted objects by kind and name without schema. */
function objectsByName(contract: ParsedContract): ReadonlyMap<string, readonly ContractedObject[]> {
  const all = contractedObjects(contract).toSorted(by(({ object }) => object));
  return indexBy(all, ({ kind, object }) => [`${kind} ${namesOf(object).name}`]);
}

/** A name without a schema may be any object with that name: the search_path decides. */
function meantBy(
  { kind, schema, name }: Use,
  objects: ReadonlyMap<string, readonly ContractedObject[]>,
): readonly ContractedObject[] {
  const named = objects.get(`${kind} ${name}`) ?? [];
  return schema === undefined ? named : named.filter(({ object }) => namesOf(object).schema === schema);
}

function namesOf(object: string): { schema: string; name: string } {
  const [schema = '', name = ''] = nameParts(object).map(plainName);
  return { schema, name };
}

/** Whether the contract lets the identity use the object so, by whatever declared path. Some columns of it are enough. */
function mayUse(
  contract: ParsedContract,
  identity: string,
  { object, kind, entry }: ContractedObject,
  { privilege }: Use,
): boolean {
  const declared = contract.identities[identity];
  const sources = declaredSources(contract, identity);
  if (declared === undefined || !isJudged(declared) || declared.attributes?.includes('SUPERUSER') === true) {
    return true;
  }
  const given = [...declaredPrivileges(contract, identity, object)].map(privilegeIn);
  return (
    given.includes(privilege) ||
    sources.some((source) => declaredOwners(contract, entry.owner).includes(source)) ||
    (kind === 'table' && sources.some((source) => (byRole[source] ?? []).includes(privilege)))
  );
}

/** What PostgreSQL's own roles give on every table. */
const byRole: Readonly<Record<string, readonly string[]>> = {
  pg_read_all_data: ['SELECT'],
  pg_write_all_data: ['INSERT', 'UPDATE', 'DELETE'],
};
