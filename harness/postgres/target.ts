/** Where to connect, and as whom. Never written to a pack. */
export interface Target {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** The connection URL of a target, with its password: for people and programs that connect, not for logs. */
export function urlOf({ host, port, user, password, database }: Target): string {
  const part = encodeURIComponent;
  return `postgresql://${part(user)}:${part(password)}@${host}:${port}/${part(database)}`;
}

/** `user@host:port/database`: what may be shown. */
export function nameOf({ host, port, user, database }: Target): string {
  return `${user}@${host}:${port}/${database}`;
}
