import type { Fact } from '../catalog/fact.ts';
import { sql } from '../common/sql.ts';
import { RolecallError } from '../common/errors.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { contractText } from '../draft/contract-text.ts';
import type { Draft } from '../draft/draft.ts';
import { draftSeeds, type DraftSeeds } from '../draft/seeds.ts';
import { readDraft } from '../draft/read-draft.ts';
import { valueNamesOf } from '../draft/tenancy.ts';
import { tenantSettings } from '../draft/tenant-settings.ts';
import { tenantValues } from '../draft/tenant-values.ts';
import { broughtBy, platformOf, withoutPlatform, type Brought } from '../draft/platform.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import type { Context } from './context.ts';
import type { DraftFiles } from './init-files.ts';
import { DraftProvision } from './init-provision.ts';
import type { FoundMigrations } from './init-migrations.ts';
import { onServers } from './init-servers.ts';

/** What was built from the migrations, and the draft from it. */
export interface Built {
  facts: readonly Fact[];
  draft: Draft;
  seeds: DraftSeeds;
  /** The draft including what the platform brings. */
  whole: Draft;
  /** The keys of the contract that say where files are. */
  heading: Record<string, unknown>;
  /** A later revision that may be the baseline, if the seeds do not fit the guessed one. */
  laterBaseline?: string | undefined;
}

interface Source {
  files: DraftFiles;
  migrations: FoundMigrations;
  name: string;
  major: number | undefined;
  /** A file that runs before the migrations. */
  provision: string | undefined;
}

/** The keys at the beginning of a contract. */
export function headingOf(
  name: string,
  platform: ParsedContract['platform'],
  major: number | undefined,
): Record<string, unknown> {
  return {
    version: 1,
    name,
    title: `What the roles of ${name} may do`,
    ...(platform === undefined ? {} : { platform }),
    ...(major === undefined ? {} : { postgres: major }),
  };
}

/** A login that does not exist: a contract needs one, and the real one is not known yet. */
const placeholder = 'rolecall_draft';

/** Builds head from the migrations, with every role that they expect, and drafts a contract from it. */
export async function buildAndDraft(
  { files, migrations, name, major, provision: given }: Source,
  context: Context,
): Promise<Built> {
  const { stderr } = context;
  const { told, place, revisions, section } = migrations;
  stderr(`${told}\n`);
  const platform = platformOf(place);
  const brought = platform === undefined ? undefined : broughtBy(platform);
  // What the contract needs before it is known: tenants of the platform's sessions, or a login.
  const stopgap =
    brought === undefined
      ? { identities: { postgres: { kind: 'migrator' }, [placeholder]: { kind: 'login' } } }
      : { identities: { postgres: { kind: 'migrator' } }, tenancy: tenantValues(new Map([[brought.person, 'uuid']])) };
  const heading: Record<string, unknown> = {
    ...headingOf(name, platform, major),
    revisions,
    migrations: section,
  };
  await files.folders();
  const provision = new DraftProvision(files, given);
  for (;;) {
    const named = await provision.write();
    Object.assign(heading, Object.keys(named).length === 0 ? {} : { provision: named });
    await files.write(files.contract, contractText({ ...heading, ...stopgap }, []));
    const built = await buildOnce(files, brought, context).catch((error: unknown) => {
      const role = provision.addMissing(error);
      if (role === undefined) {
        throw error;
      }
      stderr(`the migrations take the role ${role} for granted: made before them\n`);
      return undefined;
    });
    if (built !== undefined && 'command' in section && Object.keys(built.draft.tables).length === 0) {
      throw new RolecallError('migration-failed', {
        message: `the database that the program was given in ${String(section['url_env'])} has no table: it may have migrated another one`,
        next: 'See by which variable it takes its database, and name that: --url-env NAME.',
      });
    }
    if (built !== undefined && !provision.addLogin(built.draft.identities)) {
      const { facts, seeds, draft } = built;
      const own = brought === undefined ? draft : withoutPlatform(draft, brought);
      return {
        facts,
        seeds,
        heading,
        laterBaseline: migrations.newest,
        draft: { ...own, unsure: [...provision.unsure, ...own.unsure] },
        whole: draft,
      };
    }
  }
}

function buildOnce(
  files: DraftFiles,
  brought: Brought | undefined,
  context: Context,
): Promise<Omit<Built, 'heading' | 'whole' | 'laterBaseline'>> {
  const { signal, stderr } = context;
  return onServers(files, context, async ({ project, migrator, topology, options }) => {
    const server = await topology.start('head', options);
    const build = { server, project, migrator, reporter: {}, signal, passwords: new Map<string, string>() };
    const { superuser, revision } = await buildPhase('head', build);
    stderr(`built from the migrations up to ${revision}\n`);
    return draftFrom(superuser, project.contract, brought, signal);
  });
}

/** Reads a database of our own, drafts from it, and tries the seeds in a transaction that is rolled back. */
async function draftFrom(
  superuser: Target,
  contract: ParsedContract,
  brought: Brought | undefined,
  signal: AbortSignal,
): Promise<Omit<Built, 'heading' | 'whole' | 'laterBaseline'>> {
  const { facts } = await stateOf(superuser, signal, contract);
  return withSession(superuser, { signal }, async (session) => {
    const { draft, tables } = await readDraft(session, facts, brought);
    const { tenancy } = draft;
    const values = (given: string | Record<string, string> | undefined) =>
      typeof given === 'string'
        ? Object.fromEntries(valueNamesOf(draft.tenantColumns).map((name) => [name, given]))
        : (given ?? {});
    await session.script(sql`begin; set constraints all immediate`);
    const seeds = await draftSeeds(session, tables, draft.tenantColumns, [
      { name: 'own', values: values(tenancy?.own), settings: tenantSettings(draft, 'own', brought) },
      { name: 'other', values: values(tenancy?.other), settings: tenantSettings(draft, 'other', brought) },
    ]);
    await session.script(sql`rollback`);
    return { facts, draft, seeds };
  });
}
