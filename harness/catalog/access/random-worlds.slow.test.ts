import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { stopwatch } from '../../common/clock.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { answersQuery, OurAnswers, toldOf, type Answer } from '../../testing/access-answers.ts';
import { Dice, randomWorld, type World } from '../../testing/random-world.ts';
import { startTestServer } from '../../testing/server.ts';
import { factsText } from '../fact-text.ts';
import type { Fact } from '../fact.ts';
import { nameParts } from '../identifiers.ts';
import { snapshot, snapshotSettings } from '../snapshot.ts';
import { effectiveAccess } from './effective-access.ts';

const worlds = Number(process.env['ROLECALL_WORLDS'] ?? 14);
const firstSeed = Number(process.env['ROLECALL_SEED'] ?? 1);
const majors = [14, 16, 18];

const helpers = await readFile(new URL('../fixtures/world-helpers.sql', import.meta.url), 'utf8');
const rawState = await readFile(new URL('../fixtures/raw-state.sql', import.meta.url), 'utf8');

interface Tally {
  questions: number;
  tried: number;
  changes: number;
  disagreements: string[];
}

const literal = (text: string) => `E'${text.replaceAll('\\', '\\\\').replaceAll(`'`, `\\'`)}'`;

/** The real name of a role, from its name in facts. */
const rawRole = (name: string) => (/^"+PUBLIC"+$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name);

/** Runs statements in one message. Each may be refused. */
async function attempt(session: Session, statements: readonly string[]): Promise<void> {
  await session.script(statements.map((one) => `select pg_temp.attempt(${literal(one)});`).join('\n'));
}

function askOf(session: Session, version: number) {
  return {
    facts: () => snapshot((sql) => session.query(sql), version),
    rawState: async () => JSON.stringify(await session.query(rawState)),
  };
}

/** Compares one world with the server, and rolls it back. */
async function holdWorld(session: Session, version: number, seed: number, tally: Tally): Promise<void> {
  const dice = new Dice(seed);
  const major = Math.floor(version / 10_000);
  const world = randomWorld(dice, major);
  const note = (found: readonly string[]) => {
    tally.disagreements.push(...found.map((text) => `seed ${String(seed)}: ${text}`));
  };
  const ask = askOf(session, version);
  await session.script(`begin; ${snapshotSettings}; ${helpers}`);
  try {
    await attempt(session, world.statements);
    const facts = await ask.facts();
    const all = (await session.query(await answersQuery(major))) as unknown as Answer[];
    const answers = toldOf(facts, all);
    const ours = new OurAnswers(effectiveAccess(facts, [...new Set(answers.map(({ identity }) => identity))]));
    tally.questions += answers.length * 4;
    note(ours.disagreements(answers));
    note(await tryForReal(session, ours, answers, tally));
    note(await changeOnce(session, world, dice, ask, facts, tally));
  } finally {
    await session.script('rollback');
  }
}

/** A statement that needs one privilege and USAGE on the schema, by the kind of object. */
function statementFor({ kind, object, privilege }: Answer): string | undefined {
  const [schema, table, column] = nameParts(object);
  const whole = `${schema!}.${table ?? ''}`;
  switch (`${kind} ${privilege}`) {
    case 'column SELECT':
      return `select ${column!} from ${whole} limit 0`;
    case 'column UPDATE':
      return `update ${whole} set ${column!} = null`;
    case 'column INSERT':
      return `insert into ${whole} (${column!}) select null where false`;
    case 'table DELETE':
      return `delete from ${object}`;
    case 'table TRUNCATE':
      return `truncate ${object}`;
    case 'sequence SELECT':
      return `select last_value from ${object}`;
    case 'sequence UPDATE':
      return `select setval(${literal(object)}, 1)`;
    case 'schema CREATE':
      // Without a column, because USAGE on its type may be revoked.
      return `create table ${object}.made ()`;
    case 'database CREATE':
      return 'create schema made';
    case 'table OWNER':
      return `comment on table ${object} is 'x'`;
    case 'function EXECUTE':
      return object === 's1.f1(integer)' ? 'select s1.f1(1)' : undefined;
    default:
      return undefined;
  }
}

/** Those of the answers that a statement can show, each run as every role that the identity can be. */
async function tryForReal(
  session: Session,
  ours: OurAnswers,
  answers: readonly Answer[],
  tally: Tally,
): Promise<string[]> {
  const questions = answers.filter(
    ({ identity, object }) => identity !== 'PUBLIC' && !object.startsWith('pg_catalog.'),
  );
  const tries = questions.flatMap((answer, index) => {
    const statement = statementFor(answer);
    return statement === undefined || index % 7 !== 0 ? [] : [{ answer, statement }];
  });
  const values = tries.map(({ answer, statement }) => `(${literal(rawRole(answer.identity))}, ${literal(statement)})`);
  const rows = await session.query(
    `select pg_temp.tried(t.identity, t.statement) as held from (values ${values.join(', ')}) as t (identity, statement)`,
  );
  return tries.flatMap(({ answer, statement }, index) => {
    const held = rows[index]!['held'] as boolean | null;
    tally.tried += held === null ? 0 : 1;
    const said = ours.to(answer).usable;
    return held === null || said === held || !ours.isComparable(answer.identity, said, held)
      ? []
      : [`${answer.identity}: ${statement} is ${held ? 'let through' : 'refused'}, we say ${String(!held)}`];
  });
}

/** A change of who may do what changes the text of the facts, and no other change does. */
async function changeOnce(
  session: Session,
  world: World,
  dice: Dice,
  ask: ReturnType<typeof askOf>,
  facts: readonly Fact[],
  tally: Tally,
): Promise<string[]> {
  const before = { text: factsText(facts), raw: await ask.rawState() };
  const found: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const change = world.change(dice);
    await session.script('savepoint change');
    await attempt(session, [change]);
    const raw = await ask.rawState();
    const isNoticed = factsText(await ask.facts()) !== before.text;
    await session.script('rollback to savepoint change; release savepoint change');
    tally.changes += 1;
    if (isNoticed !== (raw !== before.raw)) {
      found.push(`${change} ${isNoticed ? 'changes the facts and not the catalogs' : 'is not seen'}`);
    }
  }
  return found;
}

describe('what facts say of random worlds is what the server says', () => {
  it.each(majors)('on PostgreSQL %s', { timeout: 3_600_000 }, async (major) => {
    const elapsed = stopwatch();
    const server = await startTestServer(major);
    const tally: Tally = { questions: 0, tried: 0, changes: 0, disagreements: [] };
    try {
      await server.createDatabase('world');
      const session = await connect(server.target('world'));
      try {
        for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
          await holdWorld(session, server.version, seed, tally);
        }
      } finally {
        await session.close();
      }
    } finally {
      await server.stop();
    }
    console.log(
      `PostgreSQL ${String(major)}: ${String(worlds)} worlds, ${String(tally.questions)} questions, ` +
        `${String(tally.tried)} statements, ${String(tally.changes)} changes, ` +
        `${String(tally.disagreements.length)} disagreements in ${String(elapsed())} ms`,
    );
    expect(tally.disagreements).toEqual([]);
    expect(tally.questions / worlds).toBeGreaterThan(25_000);
    expect(tally.tried / worlds).toBeGreaterThan(50);
  });
});
