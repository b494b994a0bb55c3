import { readdir, readFile } from 'node:fs/promises';

import { byCodeUnit } from '../../common/order.ts';

export const severities = ['high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** One check for a bypass of the contract: a file of `checks/`. */
export interface BypassCheck {
  /** The file's name without its extension, and the code of its findings. It never changes. */
  code: string;
  title: string;
  severity: Severity;
  /** What can go wrong. */
  why: string;
  /** General advice. Each row has the SQL that mends its own case. */
  remedy: string;
  /** The first major version of PostgreSQL on which it runs. */
  since?: number;
  /** Section of the manual, or CVE. */
  source?: string;
  /** One statement that uses prelude.sql. Its rows have object, identity, access, message and remedy. */
  sql: string;
}

const folder = new URL('./checks/', import.meta.url);

let checks: Promise<BypassCheck[]> | undefined;

/** All checks, sorted by code. They are part of the program and are read once. */
export function readChecks(): Promise<BypassCheck[]> {
  return (checks ??= readFolder());
}

async function readFolder(): Promise<BypassCheck[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted(byCodeUnit);
  return Promise.all(names.map(async (name) => parseCheck(name, await readFile(new URL(name, folder), 'utf8'))));
}

const required = ['title', 'severity', 'why', 'remedy'] as const;
const known: readonly string[] = [...required, 'since', 'source'];

/** The check in a file. Refuses a bad header with all its faults. Checks are ours, so a refusal is a bug. */
export function parseCheck(name: string, text: string): BypassCheck {
  const code = name.replace(/\.sql$/, '');
  const lines = text.split('\n');
  const headerLength = lines.findIndex((line) => !line.startsWith('--!'));
  const header = new Map<string, string>();
  const faults = /^[a-z]+(-[a-z]+)*$/.test(code) ? [] : ['its name is not kebab-case'];
  for (const line of lines.slice(0, headerLength)) {
    const [, key, value] = /^--! ([a-z]+): (.*\S)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || !known.includes(key)) {
      faults.push(`not a header line: ${line}`);
    } else if (header.has(key)) {
      faults.push(`${key} is there twice`);
    } else {
      header.set(key, value);
    }
  }
  const said = (key: string) => header.get(key) ?? '';
  faults.push(...required.filter((key) => !header.has(key)).map((key) => `${key} is missing`));
  const severity = severities.find((word) => word === said('severity'));
  if (header.has('severity') && severity === undefined) {
    faults.push(`severity is none of ${severities.join(', ')}`);
  }
  if (header.has('since') && !/^\d\d$/.test(said('since'))) {
    faults.push('since is not a major version');
  }
  const sql = lines.slice(headerLength).join('\n').trim();
  if (!/^(--.*\n)*(select|with)\b/.test(sql) || sql.includes(';\n') || sql.endsWith(';')) {
    faults.push('it is not one select without a semicolon');
  }
  if (severity === undefined || faults.length > 0) {
    throw new Error([`bad bypass check ${name}`, ...faults.map((fault) => `- ${fault}`)].join('\n'));
  }
  return {
    code,
    title: said('title'),
    severity,
    why: said('why'),
    remedy: said('remedy'),
    ...(header.has('since') ? { since: Number(said('since')) } : {}),
    ...(header.has('source') ? { source: said('source') } : {}),
    sql,
  };
}
