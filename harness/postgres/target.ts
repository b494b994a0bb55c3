import { parse, type ConnectionOptions } from 'pg-connection-string';

import { messageOf, RolecallError } from '../common/errors.ts';

/** Where to connect, and as whom. Never written to a pack. */
export interface Target {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** As the driver takes it, from `sslmode` and the like in a URL. If undefined, PGSSLMODE decides. */
  ssl?: boolean | object;
  /** The same as a URL has it, for programs that are given one. */
  sslQuery?: string;
  /** After this silence the server is asked whether it is still there. @default 30000 */
  answerTimeoutMs?: number | undefined;
}

const form = 'It reads postgresql://user:password@host:port/database.';
const encoding = 'In user, password and database, write % / ? # @ : as %25 %2F %3F %23 %40 %3A.';

/** The target that a connection URL names. Refuses with `bad-argument` without repeating the URL. */
export function targetOf(url: string, what: string): Target {
  const refused = (fault: string, next = form) =>
    new RolecallError('bad-argument', { message: `${what} ${fault}`, next });
  const [, authority, rest] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  if (authority === undefined) {
    throw refused('is not a connection URL');
  }
  const fault = faultOf(authority, rest!);
  if (fault !== undefined) {
    throw refused(fault, `${form} ${encoding}`);
  }
  const { host, port, user, password, database, ssl } = parsed(url, refused);
  if (!user || !database) {
    throw refused(`names no ${user ? 'database' : 'user'}`);
  }
  const number = Number(port || 5432);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw refused('has a port that is not a number from 1 to 65535');
  }
  if ([host, user, password, database].some((part) => part?.includes('\0'))) {
    throw refused('holds a NUL byte');
  }
  const sslQuery = sslQueryOf(url);
  return {
    host: host || '127.0.0.1',
    port: number,
    user,
    password: password ?? '',
    database,
    ...(ssl == null ? {} : { ssl: ssl as boolean | object }),
    ...(sslQuery === '' ? {} : { sslQuery }),
  };
}

/** What is wrong with `user:password@host:port` and what follows it, in words that repeat nothing of it. */
function faultOf(authority: string, rest: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(authority + rest)) {
    return 'has a % that begins no code of a character';
  }
  try {
    decodeURIComponent(`${authority}${rest.replace(/\?.*$/s, '')}`);
  } catch {
    return 'has a code of a character that is not UTF-8';
  }
  // A / ? # in the password ends what is read as host and port.
  if (!authority.includes('@') && rest.includes('@')) {
    return 'holds a character in its user or password that must be encoded';
  }
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  if (authority.indexOf('@') !== authority.lastIndexOf('@')) {
    return 'holds a character in its user or password that must be encoded';
  }
  if (place.includes(',')) {
    return 'names several hosts: name the one that is meant';
  }
  const [, port = ''] = /^(?:\[[0-9a-f:.%]+\]|[^[\]:\s]*)(?::(.*))?$/is.exec(place) ?? [undefined, 'none'];
  return port === '' || (/^\d+$/.test(port) && Number(port) > 0 && Number(port) <= 65_535)
    ? undefined
    : place.startsWith('[') && !place.includes(']')
      ? 'has a [ without its ]'
      : 'has a port that is not a number from 1 to 65535';
}

function parsed(url: string, refused: (fault: string, next?: string) => RolecallError): ConnectionOptions {
  try {
    // The driver takes these modes for verify-full and warns that they will mean less in the future.
    const strict = /[?&]uselibpqcompat=true/.test(url)
      ? url
      : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|#|$)/, '$1verify-full');
    return parse(strict);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw code !== undefined && path !== undefined
      ? refused(`names a file that cannot be read: ${path} (${code})`, 'Correct sslrootcert, sslcert or sslkey.')
      : refused(`cannot be read: ${messageOf(error)}`, `${form} ${encoding}`);
  }
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
