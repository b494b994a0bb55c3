import { expect, it } from 'vitest';

import type { ContractSession } from '../contract/sessions.ts';
import { OutOfStack } from './out-of-stack.ts';
import type { Trial } from './trial.ts';
import type { Tried } from './tried.ts';

const session = { login: 'app', identity: 'app' } as ContractSession;
const trial = (words: string): Trial => {
  const [command, object, context] = words.split(' ') as [string, string, Trial['context']];
  return { identity: 'app', session, object, command, access: command, context, sql: '', shown: '', rowsOf: undefined };
};
const ended = (sqlstate: string | null): Tried => ({
  outcome: sqlstate === null ? 'allowed' : 'broken-off',
  sqlstate,
  message: null,
  rows: 0,
  foreign_rows: 0,
});

/** Runs blocks of one context each; gives what was executed, and what came of each trial. */
async function blocks(...all: readonly string[][]): Promise<{ ran: string[]; results: string[] }> {
  const memory = new OutOfStack();
  const ran: string[] = [];
  const results: string[] = [];
  for (const words of all) {
    const tried = await memory.tried(words.map(trial), (asked) => {
      ran.push(...asked.map(({ command, object, context }) => `${command} ${object} ${context}`));
      return Promise.resolve(asked.map(({ object }) => ended(object === 'deep' ? '54001' : null)));
    });
    results.push(
      ...tried.map(({ sqlstate, unproven }) => `${sqlstate ?? 'ok'}${unproven === undefined ? '' : ' untried'}`),
    );
  }
  return { ran, results };
}

it('a statement that ran to the end of the stack is tried again as its own tenant only', async () => {
  const { ran, results } = await blocks(
    ['SELECT deep empty', 'SELECT flat empty'],
    ['SELECT deep blank', 'SELECT flat blank', 'DELETE deep blank'],
    ['SELECT deep own-tenant'],
  );
  expect(ran).toEqual([
    'SELECT deep empty',
    'SELECT flat empty',
    'SELECT flat blank',
    'DELETE deep blank',
    'SELECT deep own-tenant',
  ]);
  expect(results).toEqual(['54001', 'ok', '54001 untried', 'ok', '54001', '54001']);
});
