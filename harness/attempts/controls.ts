import { grouped } from '../common/text.ts';
import { contextOfTenant, type TenantKind, type Tenants } from '../contract/sessions.ts';
import type { PositiveControl, Reply } from './attempt.ts';
import { placeOf, type ControlSessions } from './control-sessions.ts';
import type { Hand } from './hand.ts';
import { cameToRow, endingOf, isPastPolicies, meaningOf } from './outcome.ts';
import { privilegesOf, type Statement } from './statements.ts';
import { stopper, type Trigger } from './trigger-stages.ts';
import { replyOf } from './try-statement.ts';
import type { Job, Transactions } from './transactions.ts';
import type { Trial } from './trial.ts';

type Controlled = Pick<
  Trial,
  | 'object'
  | 'access'
  | 'command'
  | 'sql'
  | 'shown'
  | 'control'
  | 'input'
  | 'otherControls'
  | 'otherStatements'
  | 'rowByRow'
>;

/** Runs statements as a control, each rolled back. */
type Run = (jobs: readonly Omit<Job, 'enter'>[]) => Promise<PositiveControl[]>;

/** The reply of a statement's control, and the statement to try instead if a trigger lets only that one through. */
interface Answer {
  reply: Reply;
  instead?: Statement;
}

/**
 * Runs the control of each of `trials` once, in their order, and rolls it back. If one of `triggers` stops a statement but lets
 * another of the same command through, the trial is given that one.
 */
export async function askControls<T extends Controlled>(
  transactions: Transactions,
  sessions: ControlSessions,
  { triggers, tenants }: { triggers: readonly Trigger[]; tenants: Tenants | undefined },
  trials: readonly T[],
): Promise<{ trial: T; control: PositiveControl }[]> {
  const asked = new Map(trials.map((trial) => [keyOf(trial), trial]));
  const stopped = stopper(triggers);
  const answers = new Map<string, Answer & { as: string }>();
  const handFor = ({ object, command }: Controlled) => sessions.hands.runner(object, privilegesOf(command));
  const byHand = grouped([...asked], ([, trial]) => JSON.stringify(handFor(trial)));
  for (const { items: each } of byHand) {
    const [, first] = each[0]!;
    const run = runnerOf(transactions, sessions, handFor(first), tenants);
    const replies = await run(each.map(([, trial]) => ({ statements: [statementOf(trial)], input: inputOf(trial) })));
    // A control that changes no value passes a trigger that looks for a change. The statement itself does not.
    const apart = each.filter(([, { control }]) => control !== undefined);
    const ofItself = await run(apart.map(([, { sql }]) => ({ statements: [sql] })));
    const itself = new Map(apart.map(([key, trial], index) => [key, stopped(trial, ofItself[index]!)]));
    for (const [index, [key, trial]] of each.entries()) {
      const { as } = replies[index]!;
      answers.set(key, { as, ...(await settled(trial, stopped(trial, replies[index]!), itself.get(key), run)) });
    }
  }
  return trials.map((trial) => {
    const { reply, instead, as } = answers.get(keyOf(trial))!;
    return {
      trial: instead === undefined ? trial : { ...trial, ...instead },
      control: { ...reply, as: (reply as Partial<PositiveControl>).as ?? as },
    };
  });
}

/** Runs statements as a hand. A hand that needs a tenant is the first tenant that comes to a row. */
function runnerOf(
  transactions: Transactions,
  sessions: ControlSessions,
  hand: Hand,
  tenants: Tenants | undefined,
): Run {
  const as =
    (kind: TenantKind | undefined): Run =>
    async (jobs) => {
      const place = placeOf(sessions, hand, kind === undefined ? undefined : tenants?.[kind]);
      const name = kind === undefined ? hand.as : `${hand.as}, ${contextOfTenant[kind]}`;
      if (place === undefined) {
        return jobs.map(() => ({
          as: name,
          outcome: 'absent',
          sqlstate: null,
          message: 'its login did not get in',
          rows: 0,
        }));
      }
      const answers = await transactions.runAll(
        place.stage,
        jobs.map((job) => ({ ...job, give: place.give, enter: place.enter })),
      );
      return answers.map((one, index) => ({ as: name, ...replyOf(one, jobs[index]!.statements.length - 1) }));
    };
  if (!hand.isTenant || tenants === undefined) {
    return as(undefined);
  }
  return async (jobs) => {
    const replies = await as('own')(jobs);
    for (const kind of ['other', 'unknown'] as const) {
      const left = replies.flatMap((reply, index) =>
        isPastPolicies(endingOf(reply)) && cameToRow(reply) ? [] : [index],
      );
      const others = await as(kind)(left.map((index) => jobs[index]!));
      left.forEach((index, at) => {
        const other = others[at]!;
        if (isPastPolicies(endingOf(other)) && cameToRow(other)) {
          replies[index] = other;
        }
      });
    }
    return replies;
  };
}

/**
 * The reply of a control. If a constraint or a trigger stopped it at one row or value, other rows and values are tried. `itself`
 * is the reply to the trial's own statement, if its control is another.
 */
async function settled(trial: Controlled, reply: Reply, itself: Reply | undefined, run: Run): Promise<Answer> {
  const { otherControls = [], input } = trial;
  if (isByTrigger(reply)) {
    const statements = trial.otherStatements?.() ?? [];
    const others = await run(statements.map((one) => ({ statements: [one.sql], input: one.input })));
    const at = others.findIndex(hasWorked);
    return at >= 0
      ? { reply: others[at]!, instead: statements[at]! }
      : { reply: (await onSomeRow(trial, run)) ?? reply };
  }
  if (endingOf(reply).kind === 'stopped') {
    const past = await run(otherControls.map((one) => ({ statements: [...one.first, one.sql], input })));
    return { reply: past.find(hasWorked) ?? reply };
  }
  const isKept = itself !== undefined && isByTrigger(itself) && (await onSomeRow(trial, run)) === undefined;
  return { reply: isKept ? itself : reply };
}

/** The reply at the first row that a trigger lets through; undefined if there is none. */
async function onSomeRow({ rowByRow }: Controlled, run: Run): Promise<Reply | undefined> {
  const rows = await run((rowByRow?.() ?? []).map((one) => ({ statements: [one] })));
  return rows.find(hasWorked);
}

function hasWorked(reply: Reply): boolean {
  return meaningOf(reply).isAllowed && reply.rows > 0;
}

function isByTrigger(reply: Reply): boolean {
  const ending = endingOf(reply);
  return ending.kind === 'stopped' && (ending.stage === 'before-trigger' || ending.stage === 'after-trigger');
}

function statementOf({ control, sql }: Controlled): string {
  return control ?? sql;
}

function inputOf({ control, input }: Controlled): string | undefined {
  return control === undefined ? input : undefined;
}

function keyOf(trial: Controlled): string {
  return JSON.stringify([statementOf(trial), inputOf(trial)]);
}
