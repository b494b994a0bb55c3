import { joined, sql, type SqlName, type SqlText } from '../../common/sql.ts';
import type { Reply } from '../../attempts/attempt.ts';
import { meaningOf } from '../../attempts/outcome.ts';
import { quoteLiteral } from '../../postgres/quote.ts';

/** A call of a function that passes a tenant in one argument. */
export interface Call {
  /** The function's signature. */
  name: SqlName;
  /** Types of its arguments. */
  types: readonly SqlText[];
  /** The position of the tenant's argument, from 1. */
  place: number;
}

/**
 * A statement that calls a function and returns one row for each of its rows, with a digest of all rows in the first column. If
 * an answer contains the tenant, it is replaced by `as`, so that answers for two tenants can be compared.
 */
export function digestOf({ name, types, place }: Call, tenant: string, as = tenant): SqlText {
  const values = types.map((type, index) =>
    index + 1 === place ? sql`${quoteLiteral(tenant)}::${type}` : sql`null::${type}`,
  );
  const answer =
    as === tenant
      ? 'answer::text'
      : sql`pg_catalog.regexp_replace(answer::text, ${quoteLiteral(wordOf(tenant))}, ${quoteLiteral(as.replaceAll('\\', '\\\\'))}, 'g')`;
  const routine: SqlName = name.slice(0, name.lastIndexOf('('));
  return sql`with given as materialized (select ${answer} as answer from ${routine}(${joined(values)}) as answer where answer is not null or answer::text <> '()') select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to((select pg_catalog.string_agg(answer, e'\\n' order by answer collate "C") from given), 'UTF8')), 'hex') from given`;
}

/** A regular expression for a text that stands alone, not inside a longer number or word. */
function wordOf(text: string): string {
  return `(?<![[:alnum:]])${text.replaceAll(/[^\p{L}\p{N}]/gu, String.raw`\$&`)}(?![[:alnum:]])`;
}

const integers = new Set(['smallint', 'integer', 'bigint', 'numeric']);

/**
 * More values that are probably not tenants, by the type of the argument. A function that only computes with its argument gives
 * different answers for these too.
 */
function otherUnknowns(
  type: string,
  { own, other, unknown }: Readonly<Record<'own' | 'other' | 'unknown', string>>,
): string[] {
  const taken = new Set([own, other, unknown]);
  const free = (values: readonly string[]) => [...new Set(values)].filter((value) => !taken.has(value));
  if (integers.has(type) && [other, unknown].every((text) => /^-?\d+$/.test(text))) {
    const by = (text: string, step: bigint) => String(BigInt(text) + step);
    return free([by(unknown, -1n), by(other, 1n), by(other, -1n)]);
  }
  if (type === 'uuid') {
    return free([unknown.replace(/[\da-f]$/i, (digit) => (digit === '0' ? '1' : '0'))]);
  }
  return type === 'text' || type === 'character varying' ? free([`${unknown}0`]) : [];
}

/** The result of a call, with a digest of its answer. */
export interface Answer {
  reply: Reply;
  digest: string | null | undefined;
}

/** A function's answers for different tenants. */
export interface Told {
  /** The results for its own tenant, for another, and for one that does not exist. */
  own: Reply;
  other: Reply;
  unknown: Reply;
  /** Whether the answer for its own tenant differs from that for the one that does not exist. */
  own_differs: boolean;
  /** Whether the answer for another tenant differs, and the answers for all values that are not tenants are the same. */
  other_differs: boolean;
}

/** Calls a function for each tenant. `ask` runs a statement of `digestOf`. Of an answer only the number of rows is kept. */
export async function answersFor(
  call: Call,
  tenants: Readonly<Record<'own' | 'other' | 'unknown', string>>,
  ask: (statement: SqlText) => Promise<Answer>,
): Promise<Told> {
  const { own, other, unknown } = tenants;
  const [ofOwn, ofOther] = [await ask(digestOf(call, own)), await ask(digestOf(call, other))];
  const ofNobody = await ask(digestOf(call, unknown, other));
  let isOfOther = differs(ofOther, ofNobody);
  for (const value of isOfOther ? otherUnknowns(call.types[call.place - 1]!, tenants) : []) {
    isOfOther &&= isSame(await ask(digestOf(call, value, other)), ofNobody);
  }
  return {
    own: ofOwn.reply,
    other: ofOther.reply,
    unknown: ofNobody.reply,
    own_differs: differs(ofOwn, await ask(digestOf(call, unknown, own))),
    other_differs: isOfOther,
  };
}

function differs(answer: Answer, ofNobody: Answer): boolean {
  return meaningOf(answer.reply).isAllowed && !isSame(answer, ofNobody);
}

function isSame(one: Answer, other: Answer): boolean {
  return one.reply.outcome === other.reply.outcome && one.digest === other.digest;
}
