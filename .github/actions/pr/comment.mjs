// Puts the answer of `rolecall pr` into the job's summary, and into the one comment of the pull request that bears our mark.
import { appendFileSync, readFileSync } from 'node:fs';

const mark = '<!-- rolecall:pr -->';
const perPage = 100;
const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_STEP_SUMMARY, PULL_REQUEST, TOKEN } = process.env;
const answer = readFileSync(process.argv[2], 'utf8');

if (GITHUB_STEP_SUMMARY) {
  appendFileSync(GITHUB_STEP_SUMMARY, `${answer}\n`);
}
if (TOKEN && PULL_REQUEST) {
  console.log(await comment(`${mark}\n${answer}`));
} else {
  console.log('The answer stands in the summary of the job.');
}

/** Writes the comment, or what differs in it; returns what was done, in words. */
async function comment(body) {
  const ours = await find();
  if (ours?.body === body) {
    return 'The comment says it already.';
  }
  const response =
    ours === undefined
      ? await ask('POST', `issues/${PULL_REQUEST}/comments`, { body })
      : await ask('PATCH', `issues/comments/${ours.id}`, { body });
  // What a pull request from a fork gets: its token reads only.
  if (response.status === 403) {
    return '::warning title=rolecall::This token may not write comments (permissions: pull-requests: write). The answer stands in the summary of the job.';
  }
  await read(response);
  return ours === undefined ? 'The comment was written.' : 'The comment was brought up to date.';
}

/** The comment with our mark, on whatever page it stands. */
async function find() {
  for (let page = 1; ; page++) {
    const comments = await read(await ask('GET', `issues/${PULL_REQUEST}/comments?per_page=${perPage}&page=${page}`));
    const ours = comments.find(({ body }) => body?.startsWith(mark));
    if (ours !== undefined || comments.length < perPage) {
      return ours;
    }
  }
}

function ask(method, path, content) {
  return fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${TOKEN}`,
      'x-github-api-version': '2022-11-28',
    },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
}

async function read(response) {
  if (!response.ok) {
    throw new Error(`GitHub answered ${response.status} ${response.statusText}: ${await response.text()}`);
  }
  return response.json();
}
