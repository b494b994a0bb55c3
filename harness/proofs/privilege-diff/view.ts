import { byCodeUnit } from '../../common/order.ts';
import type { Fact, FactKind } from '../../catalog/fact.ts';
import type { FactDiff } from '../../catalog/diff-facts.ts';
import type { Tone } from '../../report/badge.ts';
import { inOrder } from '../../report/orders.ts';
import { grouped } from '../../common/text.ts';

/** What changed about one kind of object. */
export interface PrivilegeGroup {
  title: string;
  lines: PrivilegeLine[];
  /** The same as text, one change a line, for a block coloured as a diff. */
  diff: string;
}

export interface PrivilegeLine {
  sign: '+' | '-';
  tone: Tone;
  /** `INSERT, SELECT on public.llm_api_calls to app_rw`. */
  text: string;
  detail: string;
}

/** The difference of the privilege state in lines a person can read, by kind of object. */
export function privilegeGroups({ added, removed }: FactDiff): PrivilegeGroup[] {
  const changes = [
    ...removed.map((fact) => ({ sign: '-' as const, fact })),
    ...added.map((fact) => ({ sign: '+' as const, fact })),
  ];
  return grouped(changes, ({ fact }) => fact.kind, byKind).map(({ key, items }) => {
    const group = lines(items);
    return { title: titles[key as FactKind] ?? key, lines: group, diff: group.map(asText).join('\n') };
  });
}

function asText({ sign, text, detail }: PrivilegeLine): string {
  return `${sign} ${text}${detail === '' ? '' : ` (${detail})`}`.replace(/\s+/g, ' ');
}

interface FactChange {
  sign: '+' | '-';
  fact: Fact;
}

// Privileges on one object for one grantee share a line, and so do the attributes of one role.
function lines(changes: FactChange[]): PrivilegeLine[] {
  return grouped(changes, ({ sign, fact }) =>
    JSON.stringify([
      fact.object,
      fact.role,
      sign === '+',
      isPrivilege(fact) || fact.kind === 'role' ? '' : fact.property,
      details(fact),
    ]),
  ).map(({ items }) =>
    line(
      items[0]!.sign,
      items.map(({ fact }) => fact),
    ),
  );
}

function line(sign: PrivilegeLine['sign'], facts: Fact[]): PrivilegeLine {
  return { sign, tone: sign === '+' ? 'good' : 'bad', text: phrase(facts), detail: details(facts[0]!) };
}

function phrase(facts: Fact[]): string {
  const { kind, object, role, property } = facts[0]!;
  if (kind === 'membership') {
    return `${role} is a member of ${object}`;
  }
  if (kind === 'role' && role === '') {
    return `${object}: ${facts.map((fact) => fact.property).join(', ')}`;
  }
  if (isPrivilege(facts[0]!)) {
    return `${[...new Set(facts.map((fact) => fact.property))].sort(byCodeUnit).join(', ')} on ${object} to ${role}`;
  }
  return `${object}: ${property}${role === '' ? '' : ` ${role}`}`;
}

function isPrivilege({ kind, property, role }: Fact): boolean {
  return kind !== 'membership' && role !== '' && /^[A-Z][A-Z ]*$/.test(property);
}

// The other details of a fact. Most grants cannot be passed on, so only the exceptions are marked.
function details({ detail }: Fact): string {
  return Object.entries(detail)
    .filter(([name, value]) => !(name === 'grantable' && value === false))
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, value]) => (value === true ? name : `${name} ${String(value)}`))
    .join(', ');
}

const titles: Partial<Record<FactKind, string>> = {
  role: 'Roles',
  membership: 'Memberships',
  database: 'Databases',
  schema: 'Schemas',
  table: 'Tables',
  column: 'Columns',
  view: 'Views',
  'materialized-view': 'Materialized views',
  sequence: 'Sequences',
  function: 'Functions',
  policy: 'Policies',
  'default-privileges': 'Default privileges',
  setting: 'Settings',
  type: 'Types',
  trigger: 'Triggers',
};

const byKind = inOrder(Object.keys(titles));
