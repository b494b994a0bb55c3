import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../postgres/session.ts';
import { findPsql, wiretap, type Wiretap } from '../testing/psql-program.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { copiesIn } from './copies-in.ts';
import { Psql } from './psql.ts';
import { PsqlFault } from './psql-fault.ts';
import { runScript } from './run-script.ts';
import { script } from './script-grammar.fixture.ts';

const program = findPsql();

/** Whether a statement has a word that is neither quoted nor in parentheses, or consists of several. */
function hasWords(text: string): boolean {
  return copiesIn(`copy t from ${text.replace(/;$/, '')}\nstdin`, true) === 0;
}

describe.skipIf(program === undefined)('what psql sends', () => {
  let server: TestServer;
  let theirs: Wiretap;
  let ours: Wiretap;
  let folder: string;

  beforeAll(async () => {
    server = await startTestServer();
    [theirs, ours] = [await wiretap(server.superuser), await wiretap(server.superuser)];
    folder = await mkdtemp(path.join(tmpdir(), 'rolecall-splitting-'));
  });
  afterAll(async () => {
    await Promise.all([theirs.close(), ours.close()]);
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** A script that never ends is a difference too, not a hanging run. */
  const patience = 30_000;
  const opening = 'create temp table t (x text);\n';

  async function sentByPsql(scripts: readonly string[]): Promise<string[]> {
    theirs.queries.length = 0;
    const files = await Promise.all(
      [opening, ...scripts].map(async (text, index) => {
        const file = path.join(folder, `${index}.sql`);
        await writeFile(file, text);
        return file;
      }),
    );
    const { host, port, user, password, database } = theirs.target;
    const { timedOut } = await execa(program!, ['-X', '-q', ...files.flatMap((file) => ['-f', file])], {
      cwd: folder,
      env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    expect(timedOut, 'psql never ends').toBe(false);
    return [...theirs.queries];
  }

  /** What we send, and the scripts in which psql mistakes a statement for a COPY. */
  async function sentByUs(scripts: readonly string[]): Promise<{ sent: string[]; mistaken: Set<number> }> {
    ours.queries.length = 0;
    const mistaken = new Set<number>();
    let at = 0;
    let followsCopy = false;
    const session = await connect(ours.target);
    const psql = new Psql(session, {
      output: () => undefined,
      warn: () => undefined,
      cwd: folder,
      // Programs that a script names by chance, as in `\g |x`, print nothing.
      shell: () => ({ output: '', failure: undefined }),
      onStatement: (text) => {
        if (hasWords(text)) {
          followsCopy = copiesIn(text, true) > 0;
        } else if (followsCopy) {
          mistaken.add(at);
        }
      },
    });
    psql.variables.set('ON_ERROR_STOP', 'off');
    const run = async () => {
      for (const [index, text] of [opening, ...scripts].entries()) {
        [at, followsCopy] = [index - 1, false];
        await runScript(psql, `${index}.sql`, text).catch((error: unknown) => {
          if (!(error instanceof PsqlFault)) {
            throw error;
          }
        });
      }
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`script ${at} never ends here`)), patience);
    });
    await Promise.race([run(), late]).finally(() => clearTimeout(timer));
    await session.close();
    return { sent: [...ours.queries], mistaken };
  }

  it('is what is sent here, for scripts of a grammar (ROLECALL_SCRIPTS of them)', async () => {
    const count = Number(process.env['ROLECALL_SCRIPTS'] ?? 500);
    const seed = Number(process.env['ROLECALL_SEED'] ?? 20);
    const each = 50;
    let compared = 0;
    let leftOut = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(script, { minLength: each, maxLength: each }), async (scripts) => {
        const { sent, mistaken } = await sentByUs(scripts);
        const kept = scripts.filter((_, index) => !mistaken.has(index));
        expect(mistaken.size === 0 ? sent : (await sentByUs(kept)).sent).toEqual(await sentByPsql(kept));
        compared += kept.length;
        leftOut += mistaken.size;
      }),
      { numRuns: Math.ceil(count / each), seed },
    );
    console.log(`${compared} scripts compared with seed ${seed}; ${leftOut} left out for what psql takes for a COPY`);
  }, 3_600_000);

  // psql 15.19 and 15.20 decide what is a COPY by the words of the last statement that had any: after a COPY, `;` or `1;` skips
  // the lines that follow. We run them. If this fails, psql has been mended, and nothing needs to be left out above.
  it('leaves out what follows a statement without words after a COPY, which psql loses', async () => {
    const lost = 'copy t from stdin;\na\n\\.\n;\nselect 1;\n';
    expect((await sentByUs([lost])).sent).toEqual([opening.trim(), 'copy t from stdin;', ';', 'select 1;']);
    expect(await sentByPsql([lost])).toEqual([opening.trim(), 'copy t from stdin;', ';']);
  });
});
