import type { Fact } from '../catalog/fact.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import { RolecallError, type RefusedStatement } from '../common/errors.ts';
import type { PhaseName } from '../common/phase.ts';
import { butForOwners, type BuiltByMigrator } from '../catalog/but-for-owners.ts';
import { diffFacts } from '../catalog/diff-facts.ts';
import { runScriptFiles } from '../psql/script-files.ts';
import type { BuildPath, PathName } from '../proofs/build-paths/judge.ts';
import { accountsOf, buildPhase, type BuildOptions } from './build-phase.ts';
import type { BuiltPhase } from '../attempts/built-phase.ts';
import { stateOf } from './head-state.ts';

/** A build path that was tried, before it is compared with its phase. */
export interface Walked {
  path: PathName;
  /** The phase whose state it must reach. */
  phase: PhaseName;
  facts: Fact[];
  /** Why it broke off. */
  error: string | null;
  /** The statement that the server refused, if that was the reason. */
  refused?: RefusedStatement | undefined;
  /** Who built instead of the superuser, and on what kind of server. */
  as?: BuiltByMigrator & { platform: string };
}

/** Upgrades the baseline database to head and, if the migrations can go down, takes it down again. */
export async function upgradeAndBack(built: BuiltPhase, options: BuildOptions, mayGoBack: boolean): Promise<Walked[]> {
  const { server, project, migrator, signal } = options;
  const { contract, provision } = project;
  const upgraded = await walk(
    'upgraded',
    'head',
    async () => {
      await migrator.up(built.superuser, contract.revisions.head, accountsOf(options));
      await server.journal?.made();
      await runScriptFiles(built.superuser, provision.after, 'provision-failed', signal);
      return built;
    },
    options,
  );
  if (migrator.down === undefined || !mayGoBack || upgraded.error !== null) {
    return [upgraded];
  }
  const back = await walk(
    'taken-down',
    'baseline',
    async () => {
      await migrator.down!(built.superuser, contract.revisions.baseline, accountsOf(options));
      return built;
    },
    options,
  );
  return [upgraded, back];
}

/** Builds head in another database of a cluster that has had it before: its roles exist when the migrations start. */
export function withRolesThere(options: BuildOptions): Promise<Walked> {
  const database = `${options.project.contract.databases.head}_again`;
  return walk('roles-there', 'head', () => buildPhase('head', { ...options, reporter: {}, database }), options);
}

/** Builds head again from nothing, on a server of its own. */
export function builtAgain(options: BuildOptions): Promise<Walked> {
  return walk('built-again', 'head', () => buildPhase('head', { ...options, reporter: {} }), options);
}

/** Runs a build path. A failed migration is a result; any other failure is not. */
export async function walk(
  path: PathName,
  phase: PhaseName,
  go: () => Promise<BuiltPhase>,
  { project, signal }: BuildOptions,
): Promise<Walked> {
  try {
    const { superuser } = await go();
    return { path, phase, facts: (await stateOf(superuser, signal, project.contract)).facts, error: null };
  } catch (error) {
    const ours = ['migration-failed', 'provision-failed', 'seed-failed'];
    if (!(error instanceof RolecallError) || !ours.includes(error.code)) {
      throw error;
    }
    return { path, phase, facts: [], error: error.message, refused: error.refused };
  }
}

/** Compares the state that each build path reached with that of its phase. */
export function comparePaths(
  walked: readonly Walked[],
  observed: Record<PhaseName, { seen: { state: { facts: readonly Fact[] } }; fingerprint: string }>,
): BuildPath[] {
  return walked.map((one) => {
    const { path, phase, facts, error, refused, as } = one;
    const { seen, fingerprint: known } = observed[phase];
    const there = seen.state.facts;
    const { expected, reached, owners, added, removed } =
      as === undefined
        ? { expected: known, reached: fingerprint(facts), owners: undefined, ...diffFacts(there, facts) }
        : asMigratorBuilt(there, facts, as);
    const broke = error !== null;
    return {
      path,
      phase,
      fingerprint: broke ? null : reached,
      expected,
      same: !broke && reached === expected,
      added: broke ? [] : added,
      removed: broke ? [] : removed,
      error,
      ...(refused === undefined ? {} : { refused }),
      ...(as === undefined ? {} : { migrator: as.migrator, platform: as.platform, owners: broke ? [] : owners! }),
    };
  });
}

function asMigratorBuilt(there: readonly Fact[], here: readonly Fact[], as: BuiltByMigrator) {
  const { expected, reached, ...rest } = butForOwners(there, here, as);
  return { expected: fingerprint(expected), reached: fingerprint(reached), ...rest };
}
