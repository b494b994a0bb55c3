import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';
import { targetOf, type Target } from '../postgres/target.ts';

/** What flags say about the connection, with psql's names. */
export interface ConnectionFlags {
  /** A name, a URL, or `key=value …`. */
  dbname?: string | undefined;
  username?: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;
type Values = Readonly<Record<string, string | undefined>>;

const variables = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGDATABASE', 'PGSERVICE'] as const;

/** Whether flags or environment name a server, as they do for psql. */
export function namesServer(flags: ConnectionFlags, env: Env): boolean {
  return Object.values(flags).some((value) => value !== undefined) || variables.some((name) => env[name]);
}

/** Where psql would connect with these flags in this environment: flags, then the service file, then variables, then defaults. */
export async function libpqTarget(flags: ConnectionFlags, env: Env): Promise<Target> {
  const { dbname = '' } = flags;
  if (/^postgres(?:ql)?:\/\//.test(dbname)) {
    return targetOf(dbname, '--dbname');
  }
  const named = dbname.includes('=') ? keyValues(dbname) : { dbname: flags.dbname };
  const given = { ...named, ...defined({ user: flags.username, host: flags.host, port: flags.port }) };
  const service = given['service'] ?? env['PGSERVICE'];
  const ofService = service ? await serviceValues(service, env) : {};
  const value = (key: string, ...names: string[]) =>
    given[key] || ofService[key] || names.map((name) => env[name]).find(Boolean);
  const port = value('port', 'PGPORT') ?? '5432';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new RolecallError('bad-argument', {
      message: 'the port is not a number from 1 to 65535',
      next: 'Correct --port, PGPORT or the service.',
    });
  }
  const user = value('user', 'PGUSER') ?? userInfo().username;
  return {
    host: value('hostaddr', 'PGHOSTADDR') ?? value('host', 'PGHOST') ?? defaultHost(port),
    port: Number(port),
    user,
    // If it is empty, the driver uses PGPASSWORD or the password file.
    password: value('password', 'PGPASSWORD') ?? '',
    database: value('dbname', 'PGDATABASE') ?? user,
    ...sslOf(value('sslmode', 'PGSSLMODE')),
  };
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function keyValues(text: string): Values {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))/g)].map(([, key, quoted, plain]) => [
      key!,
      quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '',
    ]),
  );
}

/** The socket of a local server, where libpq looks for it. */
function defaultHost(port: string): string {
  return (
    ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(path.join(folder, `.s.PGSQL.${port}`))) ?? 'localhost'
  );
}

function sslOf(mode: string | undefined): Pick<Target, 'ssl'> {
  switch (mode) {
    case undefined:
    case '':
    case 'allow':
    case 'prefer':
      return {};
    case 'disable':
      return { ssl: false };
    case 'require':
      return { ssl: { rejectUnauthorized: false } };
    default:
      return { ssl: true };
  }
}

async function serviceValues(name: string, env: Env): Promise<Values> {
  const files = [
    env['PGSERVICEFILE'] || path.join(homedir(), '.pg_service.conf'),
    ...(env['PGSYSCONFDIR'] ? [path.join(env['PGSYSCONFDIR'], 'pg_service.conf')] : []),
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = section(text, name);
    if (found !== undefined) {
      return found;
    }
  }
  throw new RolecallError('bad-argument', {
    message: `there is no service ${name} in ${files.join(' and ')}`,
    next: 'Correct PGSERVICE, or PGSERVICEFILE.',
  });
}

function section(text: string, name: string): Values | undefined {
  const values: Record<string, string> = {};
  let isIn = false;
  let isThere = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[(.*)\]\s*$/.exec(line);
    const pair = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    if (header !== null) {
      isIn = header[1] === name;
      isThere ||= isIn;
    } else if (isIn && pair !== null) {
      values[pair[1]!] ??= pair[2]!;
    }
  }
  return isThere ? values : undefined;
}
