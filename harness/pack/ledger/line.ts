import { z } from 'zod';

import { sha256 } from '../../common/digest.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Evidence } from '../evidence.ts';
import { plainId } from '../manifest.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const chained = {
  /** Its number in the index, from 1. */
  seq: z.int().positive(),
  /** When the run started, or the pack was removed, as ISO 8601 in UTC. */
  at: z.string(),
};
const last = {
  /** Name of the key of whoever wrote the line: sha256 of its public half; null if it was written without one. */
  key: digest.nullable(),
  /** sha256 of the previous line, without its line end; null in the first. */
  previous: digest.nullable(),
};
const pack = z.string().regex(plainId);

const enteredSchema = z.strictObject({
  ...chained,
  /** `run` wrote the pack; `taken-over` is a row of an INDEX.md from before index.jsonl existed: its digests are short. */
  kind: z.enum(['run', 'taken-over']),
  pack,
  contract: z.string(),
  baseline: z.string(),
  head: z.string(),
  topology: z.string(),
  server: z.string(),
  verdict: z.string(),
  git_commit: z.string().nullable(),
  git_dirty: z.boolean(),
  inputs_sha256: digest.nullable(),
  manifest_sha256: z.string().regex(/^[0-9a-f]{16}([0-9a-f]{48})?$/),
  /** The line whose pack this one replaced. */
  supersedes: z.int().positive().nullable(),
  ...last,
});
const removedSchema = z.strictObject({
  ...chained,
  kind: z.literal('removed'),
  pack,
  /** The line that entered the pack. */
  entered: z.int().positive(),
  manifest_sha256: enteredSchema.shape.manifest_sha256,
  /** The rule, as its flags. */
  rule: z.string(),
  /** False if the folder was gone before. */
  was_there: z.boolean(),
  ...last,
});
const lineSchema = z.discriminatedUnion('kind', [enteredSchema, removedSchema]);

/** A line that enters a pack. */
export type Entered = z.infer<typeof enteredSchema>;
/** A line that records a removed pack, and the rule. */
export type Removed = z.infer<typeof removedSchema>;
export type IndexLine = Entered | Removed;
/** The contents of a line. Its number, its key and the chain are added with it. */
export type LineContent =
  Omit<Entered, 'seq' | 'key' | 'previous' | 'supersedes'> | Omit<Removed, 'seq' | 'key' | 'previous'>;

/** The line of a run. */
export function lineOf({ run, phases, verdict }: Evidence, manifest: string): LineContent {
  return {
    at: run.started_at,
    kind: 'run',
    pack: run.id,
    contract: run.contract,
    baseline: phases.baseline.revision,
    head: phases.head.revision,
    topology: run.topology,
    server: run.server_version.split(' ')[0]!,
    verdict: verdict.status,
    git_commit: run.git_commit,
    git_dirty: run.git_dirty,
    inputs_sha256: run.inputs_sha256,
    manifest_sha256: manifest,
  };
}

/** The index as text: one line each. */
export function indexText(lines: readonly IndexLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The digest of a line, by which the next one names it. */
export function lineDigest(line: IndexLine): string {
  return sha256(JSON.stringify(line));
}

/** The lines with these added to the chain. */
export function append(
  lines: readonly IndexLine[],
  contents: readonly LineContent[],
  key: string | null = null,
): IndexLine[] {
  const all = [...lines];
  for (const content of contents) {
    const below = all.at(-1);
    const place = { seq: all.length + 1, key, previous: below === undefined ? null : lineDigest(below) };
    const supersedes = content.kind === 'removed' ? {} : { supersedes: entryOf(all, content.pack)?.seq ?? null };
    // In the order of the schema, as it will be read.
    all.push(lineSchema.parse({ ...content, ...supersedes, ...place }));
  }
  return all;
}

/** The line that entered the current pack with this name. A removed pack does not count. */
function entryOf(lines: readonly IndexLine[], name: string): IndexLine | undefined {
  const line = lines.findLast((one) => one.pack === name);
  return line?.kind === 'removed' ? undefined : line;
}

/** Reads the lines, and checks each against the previous one. Refuses with `bad-pack`, naming the line. */
export function parseIndex(text: string, file: string): IndexLine[] {
  const texts = text.split('\n');
  const refused = (seq: number, why: string) =>
    new RolecallError('bad-pack', {
      message: `the chain of ${file} breaks at line ${seq}: ${why}`,
      next: 'Restore it from version control; a new line after it would hide that.',
    });
  if (texts.pop() !== '') {
    throw refused(texts.length + 1, 'it has no end');
  }
  const lines: IndexLine[] = [];
  for (const [index, one] of texts.entries()) {
    const line = readLine(one);
    const seq = index + 1;
    if (typeof line === 'string') {
      throw refused(seq, `it ${line}`);
    }
    // Only text exactly as this program writes it is accepted, so that no line can be read in two ways.
    if (JSON.stringify(line) !== one) {
      throw refused(seq, 'it is not written as such a line is');
    }
    const previous = index === 0 ? null : sha256(texts[index - 1]!);
    if (line.seq !== seq || line.previous !== previous) {
      throw refused(seq, 'a line before it was changed, added or taken out');
    }
    lines.push(line);
  }
  return lines;
}

function readLine(text: string): IndexLine | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  const parsed = lineSchema.safeParse(data);
  if (parsed.success) {
    return parsed.data;
  }
  const { path: place, message } = parsed.error.issues[0]!;
  return `is not a line of an index: ${place.length === 0 ? '' : `${place.join('.')}: `}${message}`;
}
