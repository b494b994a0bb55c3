import type { Session } from '../postgres/session.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';

const dotted = String.raw`"?([A-Za-z_][\w$]*"?(?:\."?[A-Za-z_][\w$]*"?)+)`;
const assigned = new RegExp(String.raw`\bset\s+(?:local\s+|session\s+)?${dotted}\s*(?:=|\bto\b)`, 'gi');
const configured = /\bset_config\s*\(\s*(?:(E)?'([^']*)'(?:::\w+)?\s*,)?/gi;
const beyondCleaning =
  /\b(?:load\s+'|alter\s+(?:system|role|user|database)\b|execute\b[^;]*\bset\b|pg_terminate_backend|pg_reload_conf)/i;
const hops =
  /^\s*(?:set\s+(?:local\s+|session\s+)*(?:role\b|authorization\b)|set\s+(?:local\s+)?session\s+authorization\b)|\bset_config\s*\(\s*'(?:role|session_authorization)'/i;

/** Names of custom settings that a text sets; `unknown` if it may set others that cannot be named. */
export function settingsIn(text: string): { names: string[]; unknown: boolean } {
  const names = [...text.matchAll(assigned)].map(([, name]) => name!);
  let unknown = false;
  for (const [, escaped, name] of text.matchAll(configured)) {
    if (name === undefined || escaped !== undefined) {
      unknown = true;
    } else if (name.includes('.')) {
      names.push(name);
    }
  }
  return { names: names.map((name) => name.replaceAll('"', '').toLowerCase()), unknown };
}

/**
 * Watches the statements of one session for what `DISCARD ALL` does not undo: once made, a custom setting reads '' and not NULL,
 * and a loaded library stays.
 */
export class StatementWatch {
  readonly settings = new Set<string>();
  isSpent = false;
  hopsRoles = false;

  see(text: string): void {
    if (/\bset\b|set_config/i.test(text)) {
      const { names, unknown } = settingsIn(text);
      names.forEach((name) => this.settings.add(name));
      this.isSpent ||= unknown;
      this.hopsRoles ||= hops.test(fromFirstWord(text));
    }
    this.isSpent ||= beyondCleaning.test(text);
  }
}

/** Custom settings that functions of the database set; `unknown` if one may set any. */
export async function settingsOfFunctions(session: Session): Promise<{ names: string[]; unknown: boolean }> {
  const rows = await session.query<{ source: string }>(
    `select p.prosrc as source
       from pg_catalog.pg_proc as p
       join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
       join pg_catalog.pg_language as l on l.oid = p.prolang
      where l.lanname not in ('internal', 'c') and n.nspname not in ('pg_catalog', 'information_schema')
        and p.prosrc ~* '\\mset_config\\M|\\mset\\s+(local\\s+|session\\s+)?[a-z_"]+\\.'`,
  );
  const found = rows.map(({ source }) => settingsIn(source));
  return { names: found.flatMap(({ names }) => names), unknown: found.some(({ unknown }) => unknown) };
}
