import type { KeyObject } from 'node:crypto';

import { z } from 'zod';

import { sha256 } from '../../common/digest.ts';
import { signed, type Envelope } from '../dsse.ts';
import { statedBy } from '../envelope-file.ts';
import { payloadType, statementType } from '../statement.ts';
import { indexText, lineDigest, type IndexLine } from './line.ts';

/** The file beside index.jsonl in which a key signs the end of its chain. */
export const headName = 'index.head.json';
const predicateType = 'https://github.com/rolecall/rolecall/index-head/v1';

const sha = z.string().regex(/^[0-9a-f]{64}$/);
const headSchema = z.strictObject({
  _type: z.literal(statementType),
  /** The index up to its last line at the time. */
  subject: z.tuple([z.strictObject({ name: z.literal('index.jsonl'), digest: z.strictObject({ sha256: sha }) })]),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({ lines: z.int().positive(), last: z.strictObject({ sha256: sha }) }),
});
type Head = z.infer<typeof headSchema>;

function headOf(lines: readonly IndexLine[]): Head {
  return {
    _type: statementType,
    subject: [{ name: 'index.jsonl', digest: { sha256: sha256(indexText(lines)) } }],
    predicateType,
    predicate: { lines: lines.length, last: { sha256: lineDigest(lines.at(-1)!) } },
  };
}

/** The text of the file in which `key` signs the end of the chain of these lines. */
export function headText(lines: readonly IndexLine[], key: KeyObject): string {
  return `${JSON.stringify(signed(payloadType, JSON.stringify(headOf(lines)), key), null, 2)}\n`;
}

/** Whether an index is signed, up to which line, and what is wrong with that, one line each. */
export interface HeadCheck {
  state: 'unsigned' | 'unchecked' | 'good' | 'bad';
  keyIds: string[];
  /** How many lines the signature covers; 0 without a good one. */
  covers: number;
  faults: string[];
}

/** Checks the signed end of an index against its lines and, with a key, its signature. */
export function checkHead(
  lines: readonly IndexLine[],
  envelope: Envelope | string | undefined,
  key: KeyObject | undefined,
): HeadCheck {
  if (envelope === undefined) {
    const fault = absenceFault(lines, key);
    return { state: fault === undefined ? 'unsigned' : 'bad', keyIds: [], covers: 0, faults: fault ?? [] };
  }
  if (typeof envelope === 'string') {
    return { state: 'bad', keyIds: [], covers: 0, faults: [envelope] };
  }
  const keyIds = envelope.signatures.map(({ keyid }) => keyid);
  const stated =
    key === undefined
      ? { text: Buffer.from(envelope.payload, 'base64').toString('utf8') }
      : statedBy(envelope, key, 'the index');
  const head = typeof stated === 'string' ? undefined : parsed(stated.text);
  const fault =
    typeof stated === 'string'
      ? stated
      : head === undefined
        ? `${headName} states something else than where an index ends`
        : endFault(head, lines);
  return fault === undefined
    ? { state: key === undefined ? 'unchecked' : 'good', keyIds, covers: head!.predicate.lines, faults: [] }
    : { state: 'bad', keyIds, covers: 0, faults: [fault] };
}

function absenceFault(lines: readonly IndexLine[], key: KeyObject | undefined): string[] | undefined {
  const wasSigned = lines.findLast((line) => line.key !== null);
  return wasSigned !== undefined
    ? [`${headName} is not there, and line ${wasSigned.seq} was written with the key ${wasSigned.key}`]
    : key === undefined
      ? undefined
      : [`the index is unsigned: there is no ${headName}`];
}

function endFault(head: Head, lines: readonly IndexLine[]): string | undefined {
  const { lines: count } = head.predicate;
  if (lines.length < count) {
    return `${headName} is of ${count} lines, and index.jsonl has ${lines.length}: the last ones were dropped`;
  }
  if (JSON.stringify(headOf(lines.slice(0, count))) !== JSON.stringify(head)) {
    return `${headName} is of other lines up to ${count} than index.jsonl has`;
  }
  const later = lines.slice(count).findLast((line) => line.key !== null);
  return later === undefined
    ? undefined
    : `${headName} is of an older state: it ends with line ${count}, and line ${later.seq} was written with the key ${later.key}`;
}

function parsed(text: string): Head | undefined {
  try {
    return headSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The part of an index that no good signature covers, in one line; undefined if there is none. */
export function unsignedLines({ state, covers }: HeadCheck, lines: readonly IndexLine[]): string | undefined {
  return state === 'good' && covers < lines.length
    ? `nobody signed the index after line ${covers}: it has ${lines.length}`
    : undefined;
}
