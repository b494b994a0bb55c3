import { schemaOf } from '../catalog/identifiers.ts';
import { everyone } from '../catalog/role-name.ts';
import type { Fact } from '../catalog/fact.ts';
import { byCodeUnit } from '../common/order.ts';
import { classes, type Orphan, type ReviewInput, type ReviewNeed, type ReviewRow, type RowClass } from './review.ts';
import { accessOfAll, columnOf, type AccessOf } from './rows.ts';

/** A table with `only_through`, and one of the functions that it names. */
export interface Gateway {
  table: string;
  function: string;
}

const key = (identity: string, object: string, privilege: string) => JSON.stringify([identity, object, privilege]);

/**
 * What each privilege is needed for, by identity, object and privilege: directly, or for a member that holds it through the role.
 */
class Met {
  readonly #by = new Map<string, Set<string>>();

  constructor(needs: readonly ReviewNeed[], rows: readonly AccessOf[]) {
    const held = new Map(rows.map((row) => [key(row.identity, row.name, row.privilege), row]));
    const columns = rows.filter(({ kind }) => kind === 'column');
    for (const { identity, object, privilege, requiredBy } of needs) {
      this.#add(key(identity, object, privilege), requiredBy);
      const whole = held.get(key(identity, object, privilege));
      const parts = columns.filter(
        (row) => row.identity === identity && row.privilege === privilege && columnOf(row)!.table === object,
      );
      for (const row of whole === undefined ? parts : [whole]) {
        this.#add(key(identity, row.name, privilege), requiredBy);
        for (const holder of row.holders.filter((one) => one !== identity)) {
          this.#add(key(holder, row.name, privilege), `${identity}: ${requiredBy}`);
        }
      }
    }
  }

  #add(at: string, by: string): void {
    this.#by.set(at, (this.#by.get(at) ?? new Set()).add(by));
  }

  by({ identity, name, privilege }: AccessOf): string {
    return [...(this.#by.get(key(identity, name, privilege)) ?? [])].toSorted(byCodeUnit).join('; ');
  }
}

/** What a need requires besides itself: the schema, the connection, and what its function reads as its owner. */
function supports(needs: readonly ReviewNeed[], gateways: readonly Gateway[], rows: readonly AccessOf[]): ReviewNeed[] {
  const around = needs.flatMap(({ identity, object }) => [
    { identity, object: schemaOf(object as never), privilege: 'USAGE', requiredBy: `to reach ${object}` },
    { identity, object: 'database', privilege: 'CONNECT', requiredBy: `to reach ${object}` },
  ]);
  const owners = new Map(
    rows.filter(({ privilege }) => privilege === 'OWNER').map(({ name, identity }) => [name, identity]),
  );
  const needed = new Set(needs.map(({ object }) => object));
  const behind = gateways
    .filter((gateway) => needed.has(gateway.function))
    .flatMap((gateway) => {
      const identity = owners.get(gateway.function) ?? '';
      const requiredBy = `${gateway.function}, which runs as it`;
      return [
        ...rows
          .filter((row) => row.identity === identity && row.name === gateway.table)
          .map(({ privilege }) => ({ identity, object: gateway.table, privilege, requiredBy })),
        { identity, object: schemaOf(gateway.table as never), privilege: 'USAGE', requiredBy },
      ];
    });
  return [...around, ...behind];
}

/** Every row of the review, the gravest first, and the roles that nothing accounts for. Pure: it reads only facts and input. */
export function classified(
  facts: readonly Fact[],
  input: ReviewInput,
  gateways: readonly Gateway[],
): { rows: ReviewRow[]; orphans: Orphan[] } {
  const held = accessOfAll(facts);
  const met = new Met(input.needs, held);
  const supported = new Met(supports(input.needs, gateways, held), held);
  const orphans = orphansOf(facts, held, input, (row) => met.by(row) !== '' || supported.by(row) !== '');
  const isOrphan = new Set(orphans.map(({ identity }) => identity));
  const used = usedBy(input);
  const found = findingsBy(input);
  const rows = held.map((row): ReviewRow => {
    const uses = used(row);
    const needed = met.by(row);
    const support = supported.by(row);
    const { is, why } = classOf(row, { needed, support, orphan: isOrphan.has(row.identity), suite: uses.suite });
    return {
      ...row,
      class: is,
      why,
      requiredBy: needed === '' ? support : needed,
      proven: uses.attempt.length > 0 ? 'attempt' : uses.suite.length > 0 ? 'suite' : 'read',
      evidence: [...uses.attempt, ...uses.suite].join('; '),
      findings: found(row),
      changed: '',
      decision: '',
    };
  });
  return { rows: inOrder(rows), orphans };
}

/** The rows in the order of the list: by class, then identity, kind, object and privilege. */
export function inOrder(rows: readonly ReviewRow[]): ReviewRow[] {
  return rows.toSorted(
    (a, b) =>
      classes.indexOf(a.class) - classes.indexOf(b.class) ||
      byCodeUnit(a.identity, b.identity) ||
      byCodeUnit(a.kind, b.kind) ||
      byCodeUnit(a.object, b.object) ||
      byCodeUnit(a.privilege, b.privilege),
  );
}

const isOfPublic = ({ identity, holders }: AccessOf) =>
  identity !== everyone && holders.every((holder) => holder === everyone);

function classOf(
  row: AccessOf,
  { needed, support, orphan, suite }: { needed: string; support: string; orphan: boolean; suite: readonly string[] },
): { is: RowClass; why: string } {
  if (needed !== '') {
    return { is: 'needed', why: 'a need of the contract rests on it' };
  }
  if (isOfPublic(row)) {
    return { is: 'everybody', why: 'held because every role has it: see the row of PUBLIC' };
  }
  if (orphan) {
    return { is: 'orphan', why: 'no identity or need of the contract accounts for the role' };
  }
  if (support !== '') {
    return { is: 'supporting', why: 'a need cannot do without it' };
  }
  if (row.kind === 'role') {
    return { is: 'power', why: 'an attribute of the role, not a grant' };
  }
  if (row.held.split('; ').some((way) => way.includes('ownership'))) {
    return { is: 'owner', why: 'comes with owning the object' };
  }
  return suite.length > 0
    ? { is: 'needed', why: 'a test suite declares it' }
    : { is: 'unused', why: 'no need of the contract and no suite rests on it' };
}

function orphansOf(
  facts: readonly Fact[],
  held: readonly AccessOf[],
  { identities }: ReviewInput,
  accounted: (row: AccessOf) => boolean,
): Orphan[] {
  const kinds = new Map(identities.map(({ name, kind }) => [name, kind]));
  const logins = new Set(
    facts.filter(({ kind, property }) => kind === 'role' && property === 'login').map(({ object }) => String(object)),
  );
  const names = [...new Set([...held.map(({ identity }) => identity), ...identities.map(({ name }) => name)])];
  return names
    .filter((name) => name !== everyone)
    .toSorted(byCodeUnit)
    .flatMap((identity) => {
      const rows = held.filter((row) => row.identity === identity);
      const holds = rows.filter((row) => !isOfPublic(row)).length;
      const kind = kinds.get(identity);
      if (kind === undefined) {
        const login = logins.has(identity) ? 'can log in' : 'cannot log in';
        return [{ identity, why: `the contract does not know it; it ${login}`, holds }];
      }
      const isRuntime = kind === 'login' || kind === 'group' || kind === 'definer';
      return isRuntime && !rows.some((row) => !isOfPublic(row) && accounted(row))
        ? [{ identity, why: `the contract knows it as ${kind}, and no need is met by it or through it`, holds }]
        : [];
    });
}

function usedBy({ used }: ReviewInput): (row: AccessOf) => { attempt: string[]; suite: string[] } {
  const by = new Map<string, { attempt: string[]; suite: string[] }>();
  for (const one of used) {
    const at = key(one.identity, one.object, one.privilege);
    const known = by.get(at) ?? { attempt: [], suite: [] };
    by.set(at, known);
    known[one.by].push(one.how);
  }
  const none = { attempt: [], suite: [] };
  // An attempt on a table proves nothing about one of its columns.
  return (row) => by.get(key(row.identity, row.name, row.privilege)) ?? none;
}

function findingsBy({ findings }: ReviewInput): (row: AccessOf) => string {
  return ({ identity, name, privilege }) =>
    [
      ...new Set(
        findings
          .filter((one) => one.identity === identity && one.object === name && one.access === privilege)
          .map(({ code }) => code),
      ),
    ]
      .toSorted(byCodeUnit)
      .join(', ');
}
