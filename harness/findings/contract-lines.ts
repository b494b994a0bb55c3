import { stringify } from 'yaml';

import { bareRecord, emptyRecord } from '../common/records.ts';
import { isRecord } from '../common/is-record.ts';
import type { Finding } from './finding.ts';

/** A part of a contract, by its keys. */
export type ContractPart = Readonly<Record<string, unknown>>;

/** Lines of a contract for a finding: which to write and which to take out. */
export type ContractLines = Pick<Finding, 'declare' | 'retract'>;

/** What a contract would have to say, and no longer say, for a finding to be none. */
export interface ContractChange {
  /** Scalars are replaced, items are added to lists. */
  declare?: ContractPart | undefined;
  /** Items are taken out of lists, keys out of maps. */
  retract?: ContractPart | undefined;
}

/** The lines of a change; none where a contract cannot say it. */
export function contractLines({ declare = {}, retract = {} }: ContractChange): ContractLines {
  if (hasUnspeakable(declare) || hasUnspeakable(retract)) {
    return {};
  }
  return {
    ...(isEmpty(declare) ? {} : { declare: yaml(declare) }),
    ...(isEmpty(retract) ? {} : { retract: yaml(retract) }),
  };
}

/** Parts as one: maps together, lists together, of scalars the last. What speaks of one role or identity in a list is the last too. */
export function together(...parts: readonly ContractPart[]): ContractPart {
  return parts.reduce((whole, part) => {
    const made = Object.assign(emptyRecord<unknown>(), whole);
    for (const [key, value] of Object.entries(part)) {
      const known = made[key];
      made[key] =
        isRecord(known) && isRecord(value)
          ? together(known, value)
          : Array.isArray(known) && Array.isArray(value)
            ? [...known.filter((item) => !value.some((one) => nameOf(one) === nameOf(item))), ...(value as unknown[])]
            : value;
    }
    return made;
  }, emptyRecord<unknown>() as ContractPart);
}

/**
 * A contract without a part. Of a need or denial its words go; what is left empty goes with it, down to the entry of an object or
 * identity, which stays.
 */
export function without(whole: ContractPart, part: ContractPart, depth = 0): ContractPart {
  return bareRecord(
    Object.entries(whole).flatMap(([key, value]): [string, unknown][] => {
      if (!Object.hasOwn(part, key)) {
        return [[key, value]];
      }
      const rest = restOf(value, part[key], depth);
      return rest === undefined || (depth > 1 && isEmpty(rest)) ? [] : [[key, rest]];
    }),
  );
}

function restOf(value: unknown, gone: unknown, depth: number): unknown {
  if (isRecord(value) && isRecord(gone)) {
    return without(value, gone, depth + 1);
  }
  return Array.isArray(value) && Array.isArray(gone)
    ? value.flatMap((item: unknown) => {
        const same = (gone as unknown[]).find((one) => nameOf(one) === nameOf(item));
        if (!isRecord(item) || !isRecord(same) || !Array.isArray(same['access'])) {
          return same === undefined ? [item] : [];
        }
        const access = (item['access'] as unknown[]).filter((word) => !(same['access'] as unknown[]).includes(word));
        return access.length === 0 ? [] : [{ ...item, access }];
      })
    : undefined;
}

/** What an item of a list is about: a membership is of a role, a need or denial is of an identity, anything else is itself. */
function nameOf(item: unknown): string {
  const about = isRecord(item) ? (item['role'] ?? item['identity']) : item;
  return typeof about === 'string' ? about : JSON.stringify(item);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** No contract holds such a key. */
function hasUnspeakable(value: unknown): boolean {
  return isRecord(value) && Object.entries(value).some(([key, held]) => key === '__proto__' || hasUnspeakable(held));
}

function yaml(lines: object): string {
  return stringify(lines, { collectionStyle: 'any', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}
