import type { KeyObject } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

import { messageOf } from '../common/errors.ts';
import { byCodeUnit } from '../common/order.ts';
import { keyId } from '../pack/dsse.ts';
import { indexFaults, type Index } from '../pack/ledger/index-files.ts';
import { isDigest, rowsOf, type IndexRow } from '../pack/ledger/rows.ts';
import { checkHead, unsignedLines } from '../pack/ledger/signed-head.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { liveTopology } from '../pipeline/live-evidence.ts';
import { readProject } from '../pipeline/project.ts';
import type { Context } from './context.ts';
import { historyOf } from './git.ts';
import { lookAtPack } from './look-at-pack.ts';

/** The faults of an index, remarks that are not faults, and commits that could not be looked up. */
export interface IndexCheck {
  faults: string[];
  remarks: string[];
  /** Commits that are missing because the clone is shallow. */
  unknown: string[];
  /** Whether there is no pack of the contract at all. */
  isEmpty: boolean;
}

/** Compares an index with its packs, the repository and what is checked out. */
export async function checkIndex(
  index: Index,
  { out, contract, key }: { out: string; contract: string; key: KeyObject | undefined },
  context: Context,
): Promise<IndexCheck> {
  const rows = rowsOf(index.lines);
  const end = unsignedLines(checkHead(index.lines, index.head, key), index.lines);
  const current = rows.filter(({ removed }) => removed === undefined);
  const faults = [
    ...indexFaults(index, key),
    ...(end === undefined ? [] : [end]),
    ...(await packFaults(rows, path.join(out, 'runs'), key, context)),
    ...(await strangers(rows, path.join(out, 'runs'))),
    ...current.flatMap(({ entered: { pack, git_commit, git_dirty } }) =>
      git_commit === null
        ? [`${pack} is of no commit: it is pending`]
        : git_dirty
          ? [`${pack} is of a work tree that differed from its commit: it is pending`]
          : [],
    ),
  ];
  const project = await readProject(contract);
  // A pack of a live database says nothing of what the migrations build.
  const ofLive = new Set<string>(Object.values(liveTopology));
  const newest = rows.find(
    ({ entered }) => entered.contract === project.contract.name && !ofLive.has(entered.topology),
  );
  const isOfHead = newest !== undefined && (await inputsOf(newest, out)) === project.inputsSha256;
  if (newest !== undefined && !isOfHead) {
    faults.push(
      `the newest pack of ${project.contract.name}, ${newest.entered.pack}, is not of what is checked out: its inputs differ`,
    );
  }
  const ofCommits = await commitFaults(current, isOfHead ? newest : undefined, path.dirname(contract), context);
  return { ...ofCommits, faults: [...faults, ...ofCommits.faults], isEmpty: newest === undefined };
}

/**
 * The digest of all inputs of a pack. A line that was taken over does not have it; undefined if the pack does not have it either.
 */
async function inputsOf(
  { entered: { inputs_sha256: said, pack } }: IndexRow,
  out: string,
): Promise<string | undefined> {
  return (
    said ??
    readEvidence(path.join(out, 'runs', pack)).then(
      ({ run }) => run.inputs_sha256,
      () => undefined,
    )
  );
}

async function packFaults(
  rows: readonly IndexRow[],
  runs: string,
  key: KeyObject | undefined,
  context: Context,
): Promise<string[]> {
  const faults: string[] = [];
  for (const { entered, removed } of rows) {
    const { pack, seq } = entered;
    const folder = path.join(runs, pack);
    if ((await lstat(folder).catch(() => undefined)) === undefined) {
      faults.push(...(removed === undefined ? [`${pack} is not there, and no line says that it was removed`] : []));
      continue;
    }
    try {
      const found = await lookAtPack(folder, isBy(entered.key, key) ? key : undefined, context);
      const known = isDigest(entered, found.digest) ? [] : [`line ${seq} of the index knows another manifest of it`];
      const said = [...known, ...found.changed, ...found.unfounded, ...(found.signature?.faults ?? [])];
      faults.push(...said.map((fault) => `${pack}: ${fault}`));
    } catch (error) {
      faults.push(`${pack}: ${messageOf(error)}`);
    }
  }
  return faults;
}

/**
 * Whether a line was signed with this key. A pack from before there was a key, or with an earlier one, is covered by the signed
 * end.
 */
const isBy = (name: string | null, key: KeyObject | undefined) => key !== undefined && name === keyId(key);

/** Folders among the packs that no line names: a line was dropped, or a folder was added. */
async function strangers(rows: readonly IndexRow[], runs: string): Promise<string[]> {
  const entered = new Set(rows.map((row) => row.entered.pack));
  const there = await readdir(runs).catch(() => []);
  return there
    .filter((name) => !name.startsWith('.') && !entered.has(name))
    .toSorted(byCodeUnit)
    .map((name) => `${name} is among the packs, and no line of the index enters it`);
}

async function commitFaults(
  rows: readonly IndexRow[],
  ofHead: IndexRow | undefined,
  folder: string,
  context: Context,
): Promise<Pick<IndexCheck, 'faults' | 'remarks' | 'unknown'>> {
  const history = await historyOf(folder, context);
  if (history === undefined) {
    return {
      faults: [`${folder} is in no git repository with a commit: whether the commits exist cannot be seen`],
      remarks: [],
      unknown: [],
    };
  }
  const missing = rows.filter(
    ({ entered: { git_commit: commit } }) => commit !== null && !history.commits.some((one) => one.startsWith(commit)),
  );
  const wordOf = ({ entered: { pack, git_commit: commit } }: IndexRow) => `${pack} was made at the commit ${commit!}`;
  // What is checked out has the same inputs, so it does not matter if a commit was squashed or rebased away.
  const remarks = missing
    .filter((row) => row === ofHead && !history.isShallow)
    .map(
      (row) =>
        `${wordOf(row)}, which does not lead to HEAD (squashed or rebased?); its inputs are those that are checked out`,
    );
  const others = missing.filter((row) => row !== ofHead);
  return history.isShallow
    ? { faults: [], remarks, unknown: others.map(wordOf) }
    : { faults: others.map((row) => `${wordOf(row)}, which does not lead to HEAD`), remarks, unknown: [] };
}
