import { parse } from 'pg-connection-string';

import { RolecallError } from '../common/errors.ts';

/** Where to connect, and as whom. Never written to a pack. */
export interface Target {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** As the driver takes it; from `sslmode` and its kin in a URL. */
  ssl?: boolean | object;
  /** The same in the words of the URL it was read from, for programs that are given one. */
  sslQuery?: string;
  /** Milliseconds of silence after which the server is asked whether it is there. @default 30000 */
  patience?: number | undefined;
}

/** The target a connection URL names; refuses with `bad-argument`, without repeating the URL. */
export function targetOf(url: string, what: string): Target {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new RolecallError('bad-argument', {
      message: `${what} is no connection URL`,
      next: 'It reads postgresql://user:password@host:port/database.',
    });
  }
  const { host, port, user, password, database, ssl } = parse(url);
  if (!user || !database) {
    throw new RolecallError('bad-argument', {
      message: `${what} names no ${user ? 'database' : 'user'}`,
      next: 'It reads postgresql://user:password@host:port/database.',
    });
  }
  const sslQuery = sslQueryOf(url);
  return {
    host: host || '127.0.0.1',
    port: Number(port || 5432),
    user,
    password: password ?? '',
    database,
    ...(ssl == null ? {} : { ssl: ssl as boolean | object }),
    ...(sslQuery === '' ? {} : { sslQuery }),
  };
}

function sslQueryOf(url: string): string {
  const query = url.includes('?') ? [...new URLSearchParams(url.slice(url.indexOf('?') + 1))] : [];
  return query
    .filter(([name]) => name.startsWith('ssl') || name === 'uselibpqcompat')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** The connection URL of a target, with its password: for people and programs that connect, not for logs. */
export function urlOf({ host, port, user, password, database, sslQuery }: Target): string {
  const part = encodeURIComponent;
  return `postgresql://${part(user)}:${part(password)}@${host}:${port}/${part(database)}${sslQuery === undefined ? '' : `?${sslQuery}`}`;
}

/** `user@host:port/database`: what may be shown. */
export function nameOf({ host, port, user, database }: Target): string {
  return `${user}@${host}:${port}/${database}`;
}
