import { stopwatch } from '../../common/clock.ts';
import type { Releasers } from '../../process/releasers.ts';
import { connect, withSession, type Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';
import { whyItOutlives } from '../../postgres/statements-of.ts';
import { usesPsql } from '../../psql/uses-psql.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { pgtapPath } from '../../pgtap/pgtap-path.ts';
import { settingsOf } from '../../contract/sessions.ts';
import type { Progress } from '../../pgtap/progress.ts';
import { providePgtap, removeTemporaryPgtap, type PgtapMode } from '../../pgtap/provide-pgtap.ts';
import { runControl, type ControlRun } from '../../pgtap/run-control.ts';
import { loginOf, rolesOf, type SuiteFile } from '../../pgtap/suite-file.ts';
import { isGreenRun, type SuiteRun } from '../../pgtap/suite-run.ts';
import type { BuiltPhase } from '../../attempts/built-phase.ts';
import { ofSuperuser, type NotSeen } from '../../findings/not-seen.ts';
import type { SuiteObservation } from '../proof.ts';
import { isUntouched } from '../../postgres/untouched.ts';
import { loginsWithoutTemp, runSuites } from './run-suites.ts';

/** What suites may do to the database. */
export interface SuitePermission {
  pgtap: PgtapMode;
  /** Whether the database is ours: a login may then be given TEMP for the suites. */
  own: boolean;
  /** Whether each green suite is also run against its own damage. */
  controls: boolean;
}

/** The suites of a project, and the damage that each must notice. */
export interface SuiteSet {
  contract: ParsedContract;
  suites: readonly SuiteFile[];
  controls: ReadonlyMap<string, string>;
}

/** Runs the suites as far as they are permitted, and says which did not run and why. */
export async function observeSuites(
  built: BuiltPhase,
  superuser: Session,
  {
    project,
    reporter,
    signal,
    permission,
    releasers,
  }: {
    project: SuiteSet;
    reporter: Progress;
    signal: AbortSignal;
    permission: SuitePermission;
    releasers?: Releasers | undefined;
  },
): Promise<SuiteObservation> {
  if (permission.pgtap === 'load-and-remove') {
    // Ctrl-C closes our connections, this one too while pgTAP is loaded. The removal needs a connection of its own.
    await releasers?.add('pgTAP in the live database', {
      release: () => withSession(built.superuser, {}, removeTemporaryPgtap),
    });
  }
  const pgtap = await providePgtap(superuser, permission.pgtap).catch(unloadable);
  if (pgtap === undefined || 'refusal' in pgtap) {
    const why =
      pgtap === undefined
        ? 'the database has no pgTAP that can be used, and --allow-pgtap was not given'
        : `${superuser.target.user} cannot load pgTAP: ${pgtap.refusal}`;
    return { suites: [], controls: [], notSeen: [`${project.suites.length} suites were not run: ${why}`] };
  }
  try {
    const { runnable, notSeen } = await runnableSuites(built, superuser, project.suites, permission.own);
    const suites = await runSuites(built, superuser, {
      suites: runnable,
      pgtap: pgtap.schema,
      settings: settingsOf(project.contract),
      reporter,
      signal,
    });
    const controls = permission.controls
      ? await runControls(built, project, pgtap.schema, suites, reporter, signal)
      : [];
    return { suites, controls, notSeen };
  } finally {
    if (pgtap.temporary) {
      await removeTemporaryPgtap(superuser).catch((error: unknown) => {
        if (!signal.aborted) {
          throw error;
        }
      });
    }
  }
}

/** The server's words to a role that may not create a schema. */
function unloadable(error: unknown): { refusal: string } {
  const server = serverError(error);
  if (server?.sqlstate !== '42501') {
    throw error;
  }
  return { refusal: `${server.message} (SQLSTATE ${server.sqlstate})` };
}

/** Nothing is committed, and in a database that is not ours nothing is granted either. */
async function runnableSuites(
  built: BuiltPhase,
  superuser: Session,
  suites: readonly SuiteFile[],
  own: boolean,
): Promise<{ runnable: SuiteFile[]; notSeen: (string | NotSeen)[] }> {
  const withoutTemp = await loginsWithoutTemp(superuser, [...new Set(suites.flatMap(rolesOf))]);
  const refusal = async (suite: SuiteFile) => {
    const { session, as, sql } = suite;
    const login = loginOf(suite);
    if (login !== undefined && !built.logins.has(login)) {
      return `no connection URL for ${login}`;
    }
    if (session === 'superuser' && as !== undefined && as !== built.superuser.user) {
      return `its header names ${as}, and the session is one of ${built.superuser.user}`;
    }
    const lacking = rolesOf(suite).find((role) => withoutTemp.includes(role));
    if (!own && lacking !== undefined) {
      return `${lacking} has no TEMPORARY on the database, which pgTAP needs`;
    }
    // Only psql knows what it makes of a script. There the run is stopped before the statement.
    return usesPsql(sql) ? undefined : whyItOutlives(sql);
  };
  const judged = await Promise.all(suites.map(async (suite) => ({ suite, reason: await refusal(suite) })));
  return {
    runnable: judged.filter(({ reason }) => reason === undefined).map(({ suite }) => suite),
    notSeen: judged
      .filter(({ reason }) => reason !== undefined)
      .map(({ suite, reason }) => {
        const text = `suite ${suite.stem} was not run: ${reason!}`;
        return suite.session === 'superuser' ? ofSuperuser(text) : text;
      }),
  };
}

async function runControls(
  built: BuiltPhase,
  { suites, controls, contract }: SuiteSet,
  pgtap: string,
  undamaged: readonly SuiteRun[],
  reporter: Progress,
  signal: AbortSignal,
): Promise<ControlRun[]> {
  const elapsed = stopwatch();
  const open = async () => {
    const fresh = await connect(built.superuser, { signal });
    await fresh.script(pgtapPath(pgtap));
    return fresh;
  };
  let session = await open();
  try {
    const runs: ControlRun[] = [];
    const green = new Set(undamaged.filter(isGreenRun).map(({ suite }) => suite));
    for (const suite of suites.filter(({ stem }) => green.has(stem))) {
      // After a suite that set a tenant, a suite that must find none would be red whatever its damage.
      if (!(await isUntouched(session, settingsOf(contract)))) {
        await session.close();
        session = await open();
      }
      runs.push(await runControl(session, suite, controls.get(suite.stem)));
    }
    const noticed = runs.filter((run) => run.noticed).length;
    reporter.onStep?.(built.phase, `${noticed} of ${runs.length} green suites noticed their own damage`, elapsed());
    return runs;
  } finally {
    await session.close();
  }
}
