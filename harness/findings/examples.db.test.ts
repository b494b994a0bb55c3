import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { contractSchema } from '../contract/contract.ts';
import { connect, type Session } from '../postgres/session.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { codeExamples } from './examples.ts';

const all = Object.entries(codeExamples);
const inSql = all.filter(([, { language = 'sql' }]) => language === 'sql');
const inYaml = all.filter(([, { language }]) => language === 'yaml');

let server: TestServer;
let session: Session;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('examples');
  session = await connect(server.target('examples'));
  await session.script(await readFile(new URL('examples.fixture.sql', import.meta.url), 'utf8'));
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

describe('the example of a code', () => {
  it.each(inSql)('%s runs, the flaw and then what puts it right', async (_, { flaw, fixed }) => {
    await session.script('begin');
    try {
      await session.script(flaw);
      await session.script(fixed);
    } finally {
      await session.script('rollback');
    }
  });

  it.each(inYaml)('%s is a piece of a contract', (_, { flaw, fixed }) => {
    for (const text of [flaw, fixed]) {
      expect(contractSchema.partial().safeParse(parse(text)).error).toBeUndefined();
    }
  });
});
