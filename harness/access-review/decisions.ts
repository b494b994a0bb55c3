import { isMap, isSeq, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

import { inOrder } from './classify.ts';
import type { ReviewRow } from './review.ts';

const text = z.string().trim().min(1);
const decisionSchema = z
  .strictObject({
    identity: text,
    object: text,
    privilege: text,
    /** The path by which it was held then. */
    path: text.nullish(),
    decision: z.enum(['keep', 'revoke']).nullish(),
    who: text.nullish(),
    why: text.nullish(),
    until: z.iso.date('is not a date: write it as 2027-01-31').nullish(),
  })
  .superRefine(({ decision, who, why, until }, { addIssue }) => {
    const lacks = (name: string) => addIssue({ code: 'custom', path: [name], message: 'is missing' });
    if (decision) {
      if (!who) lacks('who');
      if (!why) lacks('why');
      if (!until && decision === 'keep') lacks('until');
    }
  });
const fileSchema = z.strictObject({ decisions: z.array(decisionSchema).nullish() });

/** What somebody decided about a row. Without `decision` it is still undecided. */
export type Decision = z.infer<typeof decisionSchema>;

/** A decision whose row no longer exists. */
export interface Settled {
  identity: string;
  object: string;
  privilege: string;
  says: string;
}

type Keyed = Pick<Decision, 'identity' | 'object' | 'privilege'>;
const keyOf = ({ identity, object, privilege }: Keyed) => JSON.stringify([identity, object, privilege]);

/** The decisions of a file, or everything that is wrong with it, one line each. */
export function parseDecisions(source: string): { decisions: Decision[]; faults: string[] } {
  const document = parseDocument(source, { prettyErrors: true });
  if (document.errors.length > 0) {
    return { decisions: [], faults: document.errors.map(({ message }) => message.split('\n')[0]!) };
  }
  const parsed = fileSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    return { decisions: [], faults: parsed.error.issues.map(faultOf) };
  }
  const decisions = parsed.data.decisions ?? [];
  const seen = new Set<string>();
  const faults = decisions.flatMap((one, index) => {
    const key = keyOf(one);
    const twice = seen.has(key);
    seen.add(key);
    return twice ? [`decision ${index + 1}: ${one.identity} ${one.privilege} on ${one.object} is there twice`] : [];
  });
  return { decisions, faults };
}

function faultOf({ path: [section, index, ...rest], message }: z.core.$ZodIssue): string {
  const at = typeof index === 'number' ? `decision ${index + 1}` : section === undefined ? 'the file' : String(section);
  return `${at}: ${rest.length === 0 ? '' : `${rest.join('.')} `}${message}`;
}

/** The rows with their decisions as of the day of the evidence, and decisions without a row. */
export function decided(
  rows: readonly ReviewRow[],
  decisions: readonly Decision[],
  date: string,
): { rows: ReviewRow[]; settled: Settled[] } {
  const by = new Map(decisions.map((one) => [keyOf(one), one]));
  const there = new Set(rows.map(keyOf));
  return {
    rows: inOrder(rows.map((row) => withDecision(row, by.get(keyOf(row)), decisions.length > 0, date))),
    settled: decisions
      .filter((one) => !there.has(keyOf(one)))
      .map(({ identity, object, privilege, decision }) => ({
        identity,
        object,
        privilege,
        says:
          decision === 'revoke'
            ? 'done: it was to be revoked, and is held no more'
            : decision === 'keep'
              ? 'stale: it was to be kept, and is held no more'
              : 'gone before it was decided',
      })),
  };
}

function withDecision(row: ReviewRow, known: Decision | undefined, isLater: boolean, date: string): ReviewRow {
  if (known === undefined) {
    return { ...row, changed: isLater && row.class !== 'everybody' ? 'new' : '' };
  }
  const { decision, who, why, until, path } = known;
  const changed = !path || path === row.path ? 'as before' : 'path changed';
  if (!decision) {
    return { ...row, changed, decision: '' };
  }
  const said = `${decision}${until ? ` until ${until}` : ''} (${who ?? ''}: ${why ?? ''})`;
  if (decision === 'revoke') {
    return {
      ...row,
      changed,
      class: 'revoke due',
      why: 'it was decided to revoke it, and it is still held',
      decision: said,
    };
  }
  return { ...row, changed, decision: until! < date ? `due again: ${said}` : said };
}

/**
 * The file with an entry for each row that has none. Comments and decisions stay, and undecided entries say how the privilege is
 * held now.
 */
export function withEntries(source: string | undefined, rows: readonly ReviewRow[]): string {
  const document: Document = parseDocument(
    source ??
      '# What was decided of each row of `rolecall review`: keep or revoke, who, why, until (YYYY-MM-DD).\ndecisions: []\n',
  );
  if (!isMap(document.contents)) {
    document.contents = document.createNode({}) as never;
  }
  if (!isSeq(document.get('decisions', true))) {
    document.set('decisions', document.createNode([]));
  }
  const list = document.get('decisions', true);
  if (!isSeq(list)) {
    throw new Error('has no list of decisions');
  }
  list.flow = false;
  const known = new Map(list.items.filter(isMap).map((item) => [keyOf(item.toJS(document) as Keyed), item] as const));
  for (const row of rows.filter((one) => one.class !== 'everybody')) {
    const item = known.get(keyOf(row));
    if (item === undefined) {
      const { identity, object, privilege, path } = row;
      list.add(
        document.createNode({ identity, object, privilege, path, decision: null, who: null, why: null, until: null }),
      );
    } else if (item.get('decision') == null) {
      item.set('path', row.path);
    }
  }
  return document.toString({ lineWidth: 0, nullStr: '' });
}
