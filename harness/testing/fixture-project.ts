import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { byCodeUnit } from '../common/order.ts';
import { grouped } from '../common/text.ts';
import type { Finding } from '../findings/finding.ts';
import { dressCopyOf } from '../mutation/run/head-copy.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { withSession } from '../postgres/session.ts';
import { urlOf, type Target } from '../postgres/target.ts';
import { checked, type Checked } from './check-head.ts';
import { repository } from './cli.ts';
import { startHeadOf } from './head.ts';

/** A project of `e2e/fixtures`. It passes, and each of its leaks is a change that somebody might make. */
export interface FixtureProject {
  contract: string;
  leaks: Leak[];
}

/** SQL that opens head, and exactly the findings that `check` must then have, in the form of `briefly`. */
export interface Leak {
  name: string;
  sql: string;
  /** Undoes the effects outside of the database. */
  undo: string;
  /** Findings from attempts. */
  live: string[];
  /** Findings from the catalog. */
  catalog: string[];
}

const fixtures = path.join(repository, 'harness', 'e2e', 'fixtures');

/**
 * Reads a fixture project with its leaks: files of `leaks/`, whose headers `--! live:` and `--! catalog:` each name a finding.
 */
export async function fixtureProject(name: string): Promise<FixtureProject> {
  const folder = path.join(fixtures, name, 'leaks');
  const files = (await readdir(folder)).toSorted();
  const leaks = files.map(async (file): Promise<Leak> => {
    const text = await readFile(path.join(folder, file), 'utf8');
    const said = (key: string) => [...text.matchAll(new RegExp(`^--! ${key}: (.*)$`, 'gm'))].map(([, value]) => value!);
    const [sql, undo = ''] = text.split('--! undo\n');
    const words = path.basename(file, '.sql').replace(/^\d+_/, '').replaceAll('_', ' ');
    return { name: words, sql: sql!, undo, live: said('live'), catalog: said('catalog') };
  });
  return { contract: path.join(fixtures, name, 'contract.yaml'), leaks: await Promise.all(leaks) };
}

/** Findings as lines `code object identity access`. Several accesses of one code, object and identity share a line. */
export function briefly(findings: readonly Finding[]): string[] {
  const lines = findings.map(({ code, object, identity, access = '' }) => ({
    what: [code, object, identity].join(' ').trimEnd(),
    access,
  }));
  return grouped(lines, ({ what }) => what)
    .map(({ key, items }) => `${key} ${items.map(({ access }) => access).join('/')}`.trimEnd())
    .toSorted(byCodeUnit);
}

/** The objects that findings are about; for a column, its table. */
export function placesOf(findings: readonly Finding[]): string[] {
  const part = String.raw`(?:"(?:[^"]|"")*"|[^".(]+)`;
  const column = new RegExp(`^(${part}\\.${part})\\.${part}$`);
  return [...new Set(findings.map(({ object }) => column.exec(object)?.[1] ?? object))].toSorted(byCodeUnit);
}

const live: ReadonlySet<string> = new Set(['fail-open', 'isolated-by-search-path-only', 'unexpected-closed']);

/** Whether a finding comes from a statement that was run as a login. */
export function isLive({ code, message }: Finding): boolean {
  return live.has(code) || message.includes(' was executed and ended as ');
}

/** The head of a fixture project on a server of its own. */
export interface FixtureHead {
  check(): Promise<Checked>;
  /** Checks a copy of head with a leak, and drops the copy. */
  checkWith(leak: Leak): Promise<Checked>;
  stop(): Promise<void>;
}

export async function startFixtureHead({ contract }: FixtureProject): Promise<FixtureHead> {
  const { server, built, signal, stop } = await startHeadOf(contract);
  const checkIn = (database: string) => {
    const url = (target: Target) => urlOf({ ...target, database });
    const login = [...built.logins].map(([name, target]) => `${name}=${url(target!)}`);
    return checked({ contract, url: url(built.superuser), login });
  };
  const run = (database: string, ...statements: string[]) =>
    withSession({ ...server.superuser, database }, { signal }, async (session) => {
      for (const statement of statements) {
        await session.script(statement);
      }
    });
  const around = server.superuser.database;
  const copy = `${built.superuser.database}_leaks`;
  return {
    check: () => checkIn(built.superuser.database),
    checkWith: async ({ sql, undo }) => {
      await run(
        around,
        `create database ${quoteIdentifier(copy)} template ${quoteIdentifier(built.superuser.database)}`,
      );
      try {
        await run(copy, dressCopyOf(built.superuser.database), sql);
        return await checkIn(copy);
      } finally {
        await run(copy, undo);
        await run(around, `drop database ${quoteIdentifier(copy)} with (force)`);
      }
    },
    stop,
  };
}
