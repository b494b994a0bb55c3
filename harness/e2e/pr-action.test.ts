import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { textOf, validateAction } from '../testing/workflows.ts';

const mark = '<!-- rolecall:pr -->';

interface Comment {
  id: number;
  body: string;
}

let folder: string;
let server: Server;
let comments: Comment[];
/** Method and path of each request, as GitHub would receive it. */
let asked: string[];
/** The status of a request that writes. */
let mayWrite: boolean;

/** A stand-in for the comments of a pull request on GitHub. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-comment-'));
  [comments, asked, mayWrite] = [[], [], true];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(`${request.method!} ${request.url!}`);
      const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
      const answer = (status: number, value: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.headers.authorization !== 'Bearer secret') {
        answer(401, {});
      } else if (request.method === 'GET') {
        const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
        answer(200, comments.slice(size * (page - 1), size * page));
      } else if (!mayWrite) {
        answer(403, { message: 'Resource not accessible by integration' });
      } else {
        const { body } = JSON.parse(Buffer.concat(chunks).toString()) as { body: string };
        const id = Number(/comments\/(\d+)$/.exec(pathname)?.[1] ?? comments.length + 1);
        comments = [...comments.filter((one) => one.id !== id), { id, body }];
        answer(request.method === 'POST' ? 201 : 200, { id, body });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function say(answer: string, env: Record<string, string> = {}) {
  const file = path.join(folder, 'answer.md');
  const summary = path.join(folder, 'summary.md');
  await writeFile(file, answer);
  await writeFile(summary, '');
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [path.join(repository, '.github/actions/pr/comment.mjs'), file],
    {
      env: {
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_STEP_SUMMARY: summary,
        PULL_REQUEST: '7',
        TOKEN: 'secret',
        ...env,
      },
      reject: false,
    },
  );
  return { exitCode, stdout, stderr, summary: await readFile(summary, 'utf8') };
}

describe('the answer of a pull request', () => {
  it('is one comment, which is kept up to date, and written only where it says something else', async () => {
    expect(await say('1 widens')).toMatchObject({
      exitCode: 0,
      stdout: 'The comment was written.',
      summary: '1 widens\n',
    });
    expect(await say('2 widen')).toMatchObject({ stdout: 'The comment was brought up to date.' });
    expect(await say('2 widen')).toMatchObject({ stdout: 'The comment says it already.' });
    expect(comments).toEqual([{ id: 1, body: `${mark}\n2 widen` }]);
    expect(asked.filter((request) => !request.startsWith('GET'))).toEqual([
      'POST /repos/acme/shop/issues/7/comments',
      'PATCH /repos/acme/shop/issues/comments/1',
    ]);
  });

  it('is found on a later page, and a comment of others that quotes it is left alone', async () => {
    comments = Array.from({ length: 230 }, (_, index) => ({ id: index + 1, body: `> ${mark}` }));
    comments[215] = { id: 216, body: `${mark}\nbefore` };
    await say('after');
    expect(comments).toHaveLength(230);
    expect(comments.at(-1)).toEqual({ id: 216, body: `${mark}\nafter` });
  });

  it('stands in the summary where the token may not write, as from a fork', async () => {
    mayWrite = false;
    expect(await say('1 widens')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^::warning .*may not write comments/) as unknown,
      summary: '1 widens\n',
    });
    expect(await say('1 widens', { TOKEN: '' })).toMatchObject({ exitCode: 0, summary: '1 widens\n' });
  });

  it('fails where GitHub answers with another error', async () => {
    expect(await say('1 widens', { TOKEN: 'wrong' })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('GitHub answered 401') as unknown,
    });
  });
});

it('the action is one, with the pins of the other one', () => {
  const text = textOf('actions/pr/action.yml');
  expect(validateAction(text).errors).toEqual([]);
  const pins = text.match(/uses: .*/g)!;
  expect(pins.filter((pin) => !textOf('actions/evidence/action.yml').includes(pin))).toEqual([]);
});
