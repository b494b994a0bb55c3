import type { Session } from '../postgres/session.ts';
import type { PositiveControl, Reply } from './attempt.ts';
import { endingOf } from './outcome.ts';
import { replyOf } from './try-statement.ts';
import type { Job, Transactions } from './transactions.ts';
import type { Trial } from './trial.ts';

type Controlled = Pick<Trial, 'sql' | 'control' | 'input' | 'otherControls'>;

/** The superuser's replies to the statements of `trials`, in their order: each statement is asked once, and rolled back. */
export async function askControls(
  transactions: Transactions,
  superuser: Session,
  begin: string,
  trials: readonly Controlled[],
): Promise<PositiveControl[]> {
  const asked = new Map(trials.map((trial) => [keyOf(trial), trial]));
  const run = async (jobs: readonly Omit<Job, 'enter'>[]) => {
    const answers = await transactions.runAll(
      { session: superuser, begin, before: [] },
      jobs.map((job) => ({ ...job, enter: [] })),
    );
    return answers.map((one, index) => replyOf(one, jobs[index]!.statements.length - 1));
  };
  const replies = await run(
    [...asked.values()].map((trial) => ({ statements: [statementOf(trial)], input: inputOf(trial) })),
  );
  const replyTo = new Map([...asked.keys()].map((key, index) => [key, replies[index]!]));
  for (const [key, trial] of asked) {
    if (endingOf(replyTo.get(key)!).kind === 'stopped') {
      replyTo.set(key, (await pastConstraint(trial, run)) ?? replyTo.get(key)!);
    }
  }
  const controls = new Map<string, PositiveControl>(
    [...replyTo].map(([key, reply]) => [key, { as: 'superuser', ...reply }]),
  );
  return trials.map((trial) => controls.get(keyOf(trial))!);
}

/** The reply to the first way past a constraint that reaches a row. */
async function pastConstraint(
  { otherControls = [], input }: Controlled,
  run: (jobs: readonly Omit<Job, 'enter'>[]) => Promise<Reply[]>,
): Promise<Reply | undefined> {
  const replies = await run(otherControls.map(({ first, sql }) => ({ statements: [...first, sql], input })));
  return replies.find(({ outcome, rows }) => outcome === 'allowed' && rows > 0);
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
