import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { snapshot, snapshotSettings } from '../catalog/snapshot.ts';
import { messageOf } from '../common/errors.ts';
import { connect, type Session } from '../postgres/session.ts';
import { answersQuery, keyOf, toldOf, type Answer } from '../testing/access-answers.ts';
import { Dice, randomWorld } from '../testing/random-world.ts';
import { startTestServer } from '../testing/server.ts';
import { explainAccess } from './why.ts';

const worlds = Number(process.env['ROLECALL_WORLDS'] ?? 14);
const firstSeed = Number(process.env['ROLECALL_SEED'] ?? 1);
const database = 'world';

const helpers = await readFile(new URL('../catalog/fixtures/world-helpers.sql', import.meta.url), 'utf8');

interface Tally {
  questions: number;
  remedies: number;
  disagreements: string[];
}

const literal = (text: string) => `E'${text.replaceAll('\\', '\\\\').replaceAll(`'`, `\\'`)}'`;
const named = (answer: Answer) => keyOf(answer.identity, answer.kind, answer.object, answer.privilege);

/** What is wrong with the answer to one question and with its remedy, which is run; '' if nothing is. */
async function judgeAnswer(session: Session, version: number, answer: Answer, tally: Tally): Promise<string> {
  const facts = () => snapshot((sql) => session.query(sql), version);
  const { identity, kind, object, privilege } = answer;
  const before = await facts();
  const said = explainAccess({ facts: before, database }, identity, privilege, object);
  const reachesSuperuser = effectiveAccess(before, [identity]).some((one) => one.privilege === 'SUPERUSER');
  if (said.kind !== kind) {
    return '';
  }
  tally.questions += 1;
  const held = answer.usable || reachesSuperuser;
  if (said.allowed !== held) {
    return `we say ${String(said.allowed)}, the server ${String(held)}`;
  }
  const remedies = said.missing.map(({ remedy }) => remedy);
  if (held || remedies.includes('')) {
    return !held && remedies.length === 0 ? 'nothing is missing' : '';
  }
  tally.remedies += 1;
  try {
    await session.script(remedies.join('\n'));
  } catch (error) {
    return `${remedies.join(' ')} is refused: ${messageOf(error)}`;
  }
  const after = (await session.query(await answersQuery(Math.floor(version / 10_000)))) as unknown as Answer[];
  const isGiven = after.find((one) => named(one) === named(answer))?.usable === true;
  const explained = explainAccess({ facts: await facts(), database }, identity, privilege, object);
  return isGiven && explained.allowed
    ? ''
    : `after ${remedies.join(' ')} the server says ${String(isGiven)}, we say ${String(explained.allowed)}`;
}

describe('why agrees with the server in random worlds, and its remedies give what was asked for', () => {
  it.each([14, 16, 18])('on PostgreSQL %s', { timeout: 3_600_000 }, async (major) => {
    const server = await startTestServer(major);
    const tally: Tally = { questions: 0, remedies: 0, disagreements: [] };
    try {
      await server.createDatabase(database);
      const session = await connect(server.target(database));
      for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
        const dice = new Dice(seed);
        const { statements } = randomWorld(dice, major);
        await session.script(`begin; ${snapshotSettings}; ${helpers}`);
        await session.script(statements.map((one) => `select pg_temp.attempt(${literal(one)});`).join('\n'));
        const facts = await snapshot((sql) => session.query(sql), server.version);
        const all = (await session.query(await answersQuery(major))) as unknown as Answer[];
        const own = toldOf(facts, all).filter(
          ({ identity, object }) => !/^(pg_|PUBLIC$)/.test(identity) && !object.startsWith('pg_catalog.'),
        );
        for (let round = 0; round < 8; round += 1) {
          const answer = dice.one(own);
          await session.script('savepoint question');
          const fault = await judgeAnswer(session, server.version, answer, tally);
          await session.script('rollback to savepoint question; release savepoint question');
          tally.disagreements.push(...(fault === '' ? [] : [`seed ${String(seed)}: ${named(answer)}: ${fault}`]));
        }
        await session.script('rollback');
      }
      await session.close();
    } finally {
      await server.stop();
    }
    console.log(
      `PostgreSQL ${String(major)}: why in ${String(worlds)} worlds, ${String(tally.questions)} questions, ` +
        `${String(tally.remedies)} remedies, ${String(tally.disagreements.length)} disagreements`,
    );
    expect(tally.disagreements).toEqual([]);
    expect(tally.remedies).toBeGreaterThan(worlds);
  });
});
