import path from 'node:path';

import type { Attempt } from '../attempts/attempt.ts';
import { rolesHaving } from '../catalog/roles-having.ts';
import { RolecallError } from '../common/errors.ts';
import { counted } from '../common/text.ts';
import type { Acceptance } from '../contract/contract.ts';
import { draftAcceptances } from '../draft/acceptances.ts';
import { contractText } from '../draft/contract-text.ts';
import { definerRemark } from '../draft/definers-not-judged.ts';
import { withoutEmpty, type DraftTable } from '../draft/objects.ts';
import { grantsSuite, rowSecuritySuite, type DraftSuite } from '../draft/suites.ts';
import type { Evidence } from '../pack/evidence.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import type { Context } from './context.ts';
import type { Built } from './init-build.ts';
import type { DraftFiles } from './init-files.ts';
import { isolationSuites } from './init-isolation.ts';
import { onServers } from './init-servers.ts';

interface Judging {
  files: DraftFiles;
  built: Built;
  today: string;
  until: string;
  /** Runs the written draft. */
  run: () => Promise<Judged>;
  progress: (text: string) => void;
}

/** The findings and results of a draft. */
export interface Judged extends Pick<
  Evidence,
  'findings' | 'unproven' | 'verdict' | 'truth_table' | 'fail_closed' | 'definers_not_judged'
> {
  /** Statements that were run as logins. */
  attempts: readonly Attempt[];
}

/** How many rounds of accepting there are: the findings of one round may reveal more in the next. */
const mostRounds = 4;

/** Writes the whole draft and runs it, until it passes or nothing more can be accepted. Returns the first and the last result. */
export async function judgeDraft({ files, built, today, until, run: runOnce, progress }: Judging): Promise<{
  first: Judged;
  last: Judged;
}> {
  const { seeds, draft } = built;
  const unfilled = seeds.unfilled.map(({ table, reason }) => `No row was found for ${table}: ${reason}`);
  const text = (accepted: readonly Acceptance[]) =>
    contractText(contractOf(built, accepted), [...draft.unsure, ...unfilled]);
  let runs = 0;
  const tell = (words: string) => progress(`run ${runs} of the draft: ${words}\n`);
  const run = () => {
    runs += 1;
    return runOnce();
  };
  progress('runs the draft, each statement as a login, and mends it until it passes: this can take minutes\n');
  if (seeds.statements.length > 0) {
    await files.write(
      path.join(files.seeds, '10_two_tenants.sql'),
      `-- Rows of two tenants, drafted by rolecall init from the constraints.\n${seeds.statements.map((one) => `${one};\n`).join('')}`,
    );
  }
  const tables = tablesOf(built);
  const catalogSuites = [grantsSuite(built.facts, loginsOf(built), tables), rowSecuritySuite(tables)];
  await writeSuites(files, catalogSuites);
  await files.write(files.contract, text([]));
  const tried = await run().catch(async (error: unknown) => {
    if (!isSeedFault(error) || built.laterBaseline === undefined) {
      throw error;
    }
    // Seeds fill what the newest migration makes, and they also run at baseline.
    const { revisions } = built.heading as { revisions: object };
    Object.assign(built.heading, { revisions: { ...revisions, baseline: built.laterBaseline } });
    draft.unsure.push(
      'The newest migration makes what the seeds fill, so it is the baseline as well, and before is as after. Once another follows, that shows a difference.',
    );
    await files.write(files.contract, text([]));
    tell('the seeds need the newest migration, which is now the baseline as well');
    return run();
  });
  draft.unsure.push(...definerRemark(tried.definers_not_judged ?? []));
  const dropped = dropNeeds(built, tried);
  const suites = isolationSuites(built, tried, catalogSuites.filter((suite) => suite !== undefined).length);
  draft.unsure.push(...suites.unsure);
  await writeSuites(files, suites.written);
  await files.write(files.contract, text([]));
  const learned = [
    ...(dropped === 0 ? [] : [`takes out ${counted(dropped, 'need')} that no attempt could use`]),
    ...suites.written.map(({ stem }) => `writes the suite ${stem}`),
  ];
  if (learned.length > 0) {
    tell(`${told(tried)}; ${learned.join(', ')}`);
  }
  const first = learned.length === 0 ? tried : await run();
  const past = rolesHaving(built.facts, 'bypassrls');
  const accepted: Acceptance[] = [];
  let last = first;
  for (let round = 0; round < mostRounds && last.verdict.status !== 'pass'; round += 1) {
    const more = draftAcceptances(last.findings, last.unproven, { today, until, past }).filter(isNew(accepted));
    if (more.length === 0) {
      break;
    }
    accepted.push(...more);
    await files.write(files.contract, text(accepted));
    tell(`${told(last)}; accepts what is wrong today until ${until}`);
    last = await run();
  }
  tell(last.verdict.status === 'pass' ? 'it passes as it stands' : told(last));
  return { first, last };
}

/** The result of a run that does not pass yet, in words. */
function told({ findings, unproven }: Judged): string {
  const open = findings.filter(({ accepted }) => accepted === undefined).length;
  const untold = new Set(unproven.filter(({ accepted }) => accepted === undefined).map(({ object }) => object)).size;
  return [counted(open, 'finding'), ...(untold === 0 ? [] : [`${counted(untold, 'object')} not proven`])].join(', ');
}

/** Whether a seed failed because something does not exist, as at baseline. */
function isSeedFault(error: unknown): boolean {
  return error instanceof RolecallError && error.code === 'seed-failed';
}

function isNew(known: readonly Acceptance[]): (one: Acceptance) => boolean {
  const keys = new Set(known.map((one) => JSON.stringify({ ...one, reason: '' })));
  return (one) => !keys.has(JSON.stringify({ ...one, reason: '' }));
}

/** The contract with its keys in reading order. */
function contractOf({ heading, draft, seeds }: Built, accepted: readonly Acceptance[]): Record<string, unknown> {
  const { identities, sessions, tenancy, database, schemas, tables, functions, sequences, types, extensions, future } =
    draft;
  return {
    ...heading,
    ...(seeds.statements.length === 0 ? {} : { seeds: 'seeds' }),
    tenancy,
    sessions,
    identities,
    extensions,
    database,
    schemas,
    tables,
    functions,
    sequences: withoutEmpty(sequences),
    types: withoutEmpty(types),
    future,
    accepted,
  };
}

/** The complete tables that the draft mentions. */
function tablesOf({ draft, whole }: Built): Record<string, DraftTable> {
  return Object.fromEntries(Object.keys(draft.tables).map((table) => [table, whole.tables[table]!]));
}

function loginsOf({ whole: { identities } }: Built): string[] {
  return Object.keys(identities).filter((role) => identities[role]!.kind === 'login');
}

async function writeSuites(files: DraftFiles, suites: readonly (DraftSuite | undefined)[]): Promise<void> {
  for (const one of suites) {
    if (one !== undefined) {
      await files.write(path.join(files.suites, `${one.stem}.sql`), one.suite);
      await files.write(path.join(files.controls, `${one.stem}.sql`), one.control);
    }
  }
}

/** Findings that a drafted need does not hold. */
const contradictions = new Set(['unexpected-closed', 'witnesses-disagree', 'missing-access']);

/**
 * Removes needs from the draft that no attempt could use: what a policy or a function prevents is not a need. Returns the number of
 * privileges removed.
 */
function dropNeeds({ draft }: Built, { truth_table: rows, findings }: Judged): number {
  let dropped = 0;
  const closed = findings.filter(({ code }) => contradictions.has(code));
  for (const [object, table] of Object.entries(draft.tables)) {
    const words = (identity: string) => [
      ...rows.filter((row) => row.object === object && row.identity === identity && row.allowed === false),
      ...closed.filter((finding) => finding.object === object && finding.identity === identity),
    ];
    const needs = (table.needs ?? []).flatMap((need) => {
      const gone = new Set(words(need.identity).flatMap(({ access = '' }) => access.split('/')));
      const access = need.access.filter((word) => !gone.has(word));
      dropped += need.access.length - access.length;
      return access.length === 0 ? [] : [{ ...need, access }];
    });
    delete table.needs;
    if (needs.length > 0) {
      table.needs = needs;
    }
  }
  return dropped;
}

/** Runs a draft on servers of its own. */
export function runDraft(files: DraftFiles, context: Context): Promise<Judged> {
  return onServers(files, context, async ({ project, migrator, topology, options }) => {
    const { evidence } = await runPipeline({
      ...options,
      project,
      migrator,
      topology,
      // What a draft finds is accepted, and no remedy is printed.
      tryRemedies: false,
      reporter: {},
      toolVersion: context.toolVersion,
      git: { commit: null, dirty: false },
    });
    const { probes } = evidence.phases.head;
    return { ...evidence, attempts: probes.filter((probe) => probe.kind === 'attempt') };
  });
}
