import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { sha256 } from '../common/digest.ts';
import { sqlFilesIn } from '../common/sql-files.ts';
import { latest, type ParsedContract } from '../contract/contract.ts';
import { contractedObjects, identitiesOf } from '../contract/declared.ts';
import { isPlatformName, readPlatform, type Platform, type PlatformName } from '../contract/platforms/platform.ts';
import { productionMigrator, type ProductionMigrator } from '../contract/migrator.ts';
import { pathFaults, readContractText } from '../contract/paths.ts';
import { parseContract, refusalOf, type Contract } from '../contract/parse-contract.ts';
import { filesAfter, filesOf, readPlan, type Plan } from '../migrations/plan.ts';
import { readingOf, type MigrationsRead } from '../migrations/told.ts';
import { discoverSuites, type OpenedSession, type SuiteFile } from '../pgtap/suite-file.ts';
import { assume, become, sessionFormOf } from '../attempts/session-form.ts';
import { sessionsOf, tenantsOf } from '../contract/sessions.ts';
import { sqlParser } from '../postgres/parsed-sql.ts';
import type { SourceCode } from '../source-code/judge.ts';
import { readSourceFiles } from '../source-code/read-files.ts';
import { readSql } from '../source-code/read-sql.ts';
import { inputsOf, type ProjectInputs } from './project-inputs.ts';
import type { WitnessClaim } from '../pgtap/witness-claim.ts';

/** A contract and every file it refers to, read and checked before anything is started. */
export interface Project extends Contract, ProjectInputs {
  contractText: string;
  /** What the contract's platform adds; undefined if it names none. */
  platform: (Platform & { name: PlatformName }) | undefined;
  /** The folder of the migrations as its tool would run it; undefined if a program migrates. */
  plan: Plan | undefined;
  /** What is reported about it. */
  reading: MigrationsRead | undefined;
  provision: { before: string[]; after: string[] };
  /** Production's migrator, with what it is given first; undefined if the contract does not say. */
  production: (ProductionMigrator & { given: string[] }) | undefined;
  seeds: string[];
  suites: SuiteFile[];
  /** Damage by the name of its suite. */
  controls: ReadonlyMap<string, string>;
  /** The source code that needs name; undefined if the contract declares none. */
  code: SourceCode | undefined;
  /** Migration files that are newer than head and so are not built. */
  afterHead: string[];
  /** A path of the contract, made relative to the working directory. */
  resolve(file: string): string;
}

/** Reads a project from its contract file; refuses with `bad-contract` or `bad-suite`. */
export async function readProject(contractFile: string): Promise<Project> {
  // Relative from here on: a pack must not depend on where the project is checked out.
  const file = slashed(path.relative(process.cwd(), contractFile));
  const contractText = await readContractText(file);
  const parsed = parseContract(file, contractText);
  const { contract } = parsed;
  const resolve = (name: string) => {
    const fromHere = path.relative(process.cwd(), name);
    const below = fromHere.startsWith('..') ? name : fromHere;
    return slashed(path.isAbsolute(name) ? below : path.join(path.dirname(file), name));
  };
  const faults = await pathFaults(contract, resolve);
  if (faults.length > 0) {
    throw refusalOf(parsed, faults);
  }
  const code = await sourceOf(parsed, resolve);
  const { migrations, revisions } = contract;
  const plan =
    'folder' in migrations
      ? readPlan(resolve(migrations.folder), migrations.layout, standInsOf(migrations.stand_ins, resolve))
      : undefined;
  if (plan !== undefined && 'folder' in migrations) {
    migrations.layout = plan.layout;
  }
  if (plan !== undefined && revisions.head === latest) {
    revisions.head = plan.migrations.at(-1)?.revision ?? latest;
  }
  const afterHead = plan === undefined ? [] : filesAfter(plan, revisions.head);
  const one = (name: string | undefined) => (name === undefined ? [] : [resolve(name)]);
  const platform = isPlatformName(contract.platform)
    ? { name: contract.platform, ...readPlatform(contract.platform) }
    : undefined;
  const before = one(contract.provision.before);
  const provision = {
    before: platform === undefined ? before : [platform.provision, ...before],
    after: one(contract.provision.after),
  };
  const asked = productionMigrator(contract);
  const production = asked === undefined ? undefined : { ...asked, given: one(contract.migrator?.given) };
  const seeds = contract.seeds === undefined ? [] : await sqlFilesIn(resolve(contract.seeds));
  const suites = await discoverSuites(resolve(contract.suites), {
    roles: loginRoles(contract),
    sessions: openedSessions(contract),
    hasRows: (claim) => hasRows(contract, claim),
  });
  const controlFiles = await sqlFilesIn(resolve(contract.controls)).catch(() => []);
  const controls = new Map<string, string>();
  for (const control of controlFiles) {
    controls.set(path.basename(control, '.sql'), await readFile(control, 'utf8'));
  }
  const { inputs, inputsSha256, secrets } = await inputsOf(file, contractText, {
    brought: { platform, server: production?.profile },
    code: code?.files,
    files: [
      ['migration', plan === undefined ? [] : filesOf(plan)],
      ['provision', [...before, ...provision.after, ...(production?.given ?? [])]],
      ['seed', seeds],
      ['suite', suites.map((suite) => suite.file)],
      ['control', controlFiles],
    ],
  });
  return {
    ...parsed,
    contractText,
    platform,
    plan,
    reading: plan === undefined || !('folder' in migrations) ? undefined : readingOf(plan, migrations),
    provision,
    production,
    seeds,
    suites,
    controls,
    code,
    afterHead,
    inputs,
    inputsSha256,
    secrets,
    resolve,
  };
}

async function sourceOf(parsed: Contract, resolve: (file: string) => string): Promise<SourceCode | undefined> {
  const { code } = parsed.contract;
  if (code === undefined) {
    return undefined;
  }
  const root = resolve(code.root) || '.';
  const read = await readSourceFiles(root, code);
  if ('faults' in read) {
    throw refusalOf(parsed, read.faults);
  }
  return { ...read, root: root.replaceAll(path.sep, '/'), sql: readSql(read.files, await sqlParser()) };
}

/** The stand-ins for extensions, by extension, with paths relative to the working directory. */
function standInsOf(files: Readonly<Record<string, string>> = {}, resolve: (file: string) => string) {
  return Object.fromEntries(Object.entries(files).map(([extension, name]) => [extension, resolve(name)]));
}

/** Roles that a suite may name: the logins, and the migrators, for which the superuser's own connection is used. */
function loginRoles(contract: ParsedContract): ReadonlyMap<string, SuiteFile['session']> {
  const roles = new Map<string, SuiteFile['session']>();
  for (const name of identitiesOf(contract, 'login')) {
    roles.set(name, 'login');
  }
  for (const name of identitiesOf(contract, 'migrator')) {
    roles.set(name, 'superuser');
  }
  return roles;
}

/** The sessions that the contract names, as the own tenant. */
function openedSessions(contract: ParsedContract): Map<string, OpenedSession> {
  const own = tenantsOf(contract)?.own ?? {};
  const named = sessionsOf(contract).filter(({ name, tenant = 'own' }) => name !== null && tenant === 'own');
  return new Map(
    named.map((session) => {
      const form = sessionFormOf(contract, session);
      const { login, role } = session;
      return [session.name!, { login, role, become: [...assume(form), ...become(form, own)] }];
    }),
  );
}

/** Whether the truth table has rows for each privilege of the identity on the object. */
function hasRows(contract: ParsedContract, { identity, privileges, object }: WitnessClaim): boolean {
  const rows = contractedObjects(contract)
    .filter((one) => one.object === object)
    .flatMap(({ entry: { needs, denies } }) => [...needs, ...denies])
    .filter((row) => row.identity === identity);
  return privileges.every((privilege) => rows.some(({ access }) => (access as readonly string[]).includes(privilege)));
}

/**
 * Derived from the inputs and the resulting privilege states (their fingerprints). The same inputs and states on the same server
 * give the same pack, and another state gives another one, even if the program that built it looks the same.
 */
export function packId(
  { contract, inputsSha256 }: Pick<Project, 'contract' | 'inputsSha256'>,
  topology: string,
  serverVersion: string,
  toolVersion: string,
  built: readonly string[],
): string {
  const [server] = serverVersion.split(' ');
  const digest = sha256([inputsSha256, topology, server, toolVersion, ...built].join('\n')).slice(0, 12);
  return `${contract.name}-${topology}-pg${Number.parseInt(serverVersion, 10)}-${digest}`;
}

/** The origin in a report of any kind: the tool, the contract and its files, the commit, the topology. */
export function provenanceOf({
  project,
  topology,
  toolVersion,
  git,
}: {
  project: Project;
  topology: { name: string };
  toolVersion: string;
  git: { commit: string | null; dirty: boolean; repository?: string };
}) {
  const { contract } = project;
  return {
    tool_version: toolVersion,
    contract: contract.name,
    contract_file: project.file,
    title: contract.title,
    contract_sha256: sha256(project.contractText),
    inputs_sha256: project.inputsSha256,
    ...(project.platform === undefined
      ? {}
      : { platform: { name: project.platform.name, sha256: project.platform.sha256 } }),
    git_commit: git.commit,
    ...(git.repository === undefined ? {} : { git_repository: git.repository }),
    git_dirty: git.dirty,
    topology: topology.name,
    ...(project.reading === undefined ? {} : { migrations: project.reading }),
  };
}
