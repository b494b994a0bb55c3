import type { Fact } from '../catalog/fact.ts';
import { factLine } from '../catalog/fact-text.ts';
import { isGrant } from '../catalog/grant.ts';
import { nameParts, tableOf } from '../catalog/identifiers.ts';
import { byCodeUnit } from '../common/order.ts';
import { counted } from '../common/text.ts';
import type { FactSum } from './drift-sums.ts';

/** `table public.t app DELETE grantable=false` as in the files of facts, or `extension dblink: 2 objects, 3 facts`. */
export function sumText({ facts, extension }: FactSum): string {
  return extension === undefined ? factLine(facts[0]).replaceAll('\t', ' ') : extensionWords(extension, facts);
}

/** The same for a reader: `DELETE on table public.t to app, granted by admin`, or `table public.t, owned by admin: SELECT to app`. */
export function sumWords({ facts, extension, whole }: FactSum): string {
  const [first, ...rest] = facts;
  if (extension !== undefined) {
    return extensionWords(extension, facts);
  }
  if (whole === undefined) {
    return factWords(first);
  }
  const { kind, object, role: owner } = first;
  const name = `${words(kind)} ${object}${kind === 'role' ? '' : `, owned by ${owner}`}`;
  const others = rest
    // That an owner may do everything to its object goes without saying.
    .filter((fact) => whole === 'lacked' && !(isGrant(fact) && fact.role === owner))
    .map((fact) => (isGrant(fact) ? grantWords(fact) : `${fact.property}${details(fact)}`));
  return `${name}${others.length === 0 ? '' : `: ${others.join(', ')}`}`;
}

function extensionWords(extension: string, facts: readonly Fact[]): string {
  const objects = facts.filter(({ kind }) => kind !== 'extension').map(({ kind, object }) => `${kind} ${object}`);
  return `extension ${extension}: ${counted(new Set(objects).size, 'object')}, ${counted(facts.length, 'fact')}`;
}

function factWords(fact: Fact): string {
  const { kind, object, role, property } = fact;
  if (isGrant(fact)) {
    const on = kind === 'database' ? 'the database' : `${words(kind)} ${object}`;
    return `${grantWords(fact, kind === 'column' ? `table ${tableOf(object)}` : on)}, granted by ${fact.detail.grantor}`;
  }
  switch (kind) {
    case 'membership':
      return `${role} is a member of ${object}${details(fact)}`;
    case 'setting':
      return `setting ${property} of ${role === '' ? 'everyone' : role} in ${object === 'cluster' ? 'every database' : 'the database'}${details(fact)}`;
    case 'default-privileges':
      return `${words(kind)} ${object}: ${property}${role === '' ? '' : ` to ${role}`}${details(fact)}`;
    case 'policy':
      return `${property} on ${object}${details(fact)}`;
    default:
      return `${words(kind)} ${object}: ${property}${role === '' ? '' : ` ${role}`}${details(fact)}`;
  }
}

function grantWords({ kind, object, role, property, detail }: Fact, on = ''): string {
  const column = kind === 'column' ? ` (${nameParts(object)[2]!})` : '';
  return `${property}${column}${on === '' ? '' : ` on ${on}`} to ${role}${detail['grantable'] === true ? ' with grant option' : ''}`;
}

const words = (kind: string) => kind.replaceAll('-', ' ');

/** ` (enabled false, forced false)`, or nothing. */
function details({ detail }: Fact): string {
  const said = Object.entries(detail)
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([name, value]) => `${name} ${String(value)}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
