import type { BuiltPhase } from '../attempts/built-phase.ts';
import type { StartedServer } from '../topology/topology.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Context } from '../commands/context.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import { Releasers } from '../process/releasers.ts';
import { sqlFolder } from '../migrations/sql-folder.ts';
import { parseContract } from '../contract/parse-contract.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { today } from '../common/clock.ts';
import { judgeLive, type Judgement } from '../pipeline/judge.ts';
import { observePhase } from '../pipeline/observe-phase.ts';
import { readProject } from '../pipeline/project.ts';
import { connect, withSession, type Session } from '../postgres/session.ts';
import { targetOf, urlOf } from '../postgres/target.ts';
import { providePgtap } from '../pgtap/provide-pgtap.ts';
import { embedded } from '../topology/embedded/embedded.ts';
import { repository } from './cli.ts';
import type { Finding } from '../findings/finding.ts';
import { testCacheDir, testTempDirs } from './server.ts';

export const contractFile = path.join(repository, 'db', 'contract.yaml');

/** This project's own head on a real server, as `rolecall up` leaves it. */
export interface TestHead {
  superuser: Session;
  urls: { superuser: string; app_user: string };
  fingerprint(): Promise<string>;
  stop(): Promise<void>;
}

export async function startTestHead(): Promise<TestHead> {
  const { built, signal, stop } = await startHeadOf(contractFile);
  const superuser = await connect(built.superuser);
  return {
    superuser,
    urls: { superuser: urlOf(built.superuser), app_user: urlOf(built.logins.get('app_user')!) },
    fingerprint: async () => fingerprint((await stateOf(built.superuser, signal)).facts),
    stop: async () => {
      await superuser.close();
      await stop();
    },
  };
}

/** A head with its server, until it is stopped. */
export interface BuiltHead {
  server: StartedServer;
  built: BuiltPhase;
  signal: AbortSignal;
  stop: () => Promise<void>;
}

/** The head of any project on a server of its own, with pgTAP. */
export async function startHeadOf(file: string): Promise<BuiltHead> {
  const releasers = new Releasers();
  const { signal } = new AbortController();
  const project = await readProject(file);
  const server = await embedded.start('head', {
    major: 16,
    cacheDir: testCacheDir,
    tempDirs: testTempDirs,
    env: {},
    releasers,
    signal,
  });
  const migrator = sqlFolder(project.resolve('migrations'), signal);
  const built = await buildPhase('head', { server, project, migrator, reporter: {}, signal, passwords: new Map() });
  await withSession(built.superuser, { signal }, (session) => providePgtap(session, 'load'));
  return { server, built, signal, stop: () => releasers.release() };
}

/** A context whose output can be read, for commands that run in the test's own process. */
export function testContext(env: Record<string, string> = {}): { context: Context; answered(): string } {
  let text = '';
  const context: Context = {
    env,
    cacheDir: testCacheDir,
    tempDirs: testTempDirs,
    toolVersion: '0.0.0-test',
    stdout: (more) => {
      text += more;
    },
    stderr: () => undefined,
    colours: { stdout: false, stderr: false },
    terminal: false,
    releasers: new Releasers(),
    signal: new AbortController().signal,
  };
  return { context, answered: () => text };
}

/** The findings of head's catalogs under its contract, changed by `edit`. No statement is tried and no suite is run. */
export async function judgeCatalog(...of: Parameters<typeof judgementOfCatalog>): Promise<Finding[]> {
  return (await judgementOfCatalog(...of)).findings;
}

/** The same with the verdict. */
export async function judgementOfCatalog(
  { urls }: Pick<TestHead, 'urls'>,
  edit: (contract: string) => string = (text) => text,
): Promise<Judgement> {
  const project = await readProject(contractFile);
  const contract = parseContract(contractFile, edit(await readFile(contractFile, 'utf8')));
  const built = {
    phase: 'head',
    revision: contract.contract.revisions.head,
    superuser: targetOf(urls.superuser, 'head'),
    logins: new Map(),
  } as const;
  const { signal } = new AbortController();
  return judgeLive(
    contract,
    await observePhase(built, { project: { ...project, ...contract }, reporter: {}, signal, statements: undefined }),
    { today: today() },
  );
}
