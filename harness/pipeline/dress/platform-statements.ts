import { matchesPattern } from '../../common/pattern.ts';
import { sql } from '../../common/sql.ts';
import type { ServerProfile } from '../../contract/servers/server-profile.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { fromFirstWord } from '../../psql/statement-kind.ts';

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const names = String.raw`(${name}(?:\s*,\s*${name})*)`;
const role = '(?:role|user|group)';

/** Commands on roles, and the position of the roles in them. Event triggers do not fire for these. */
const onRoles: Readonly<Record<string, RegExp>> = {
  'CREATE ROLE': new RegExp(String.raw`^create\s+${role}\s+${names}`, 'i'),
  'ALTER ROLE': new RegExp(String.raw`^alter\s+${role}\s+${names}`, 'i'),
  'DROP ROLE': new RegExp(String.raw`^drop\s+${role}\s+(?:if\s+exists\s+)?${names}`, 'i'),
  'GRANT ROLE': new RegExp(String.raw`^grant\s+${names}\s+to\b`, 'i'),
};

/**
 * What is sent instead of a migrator's statement: an error if the provider refuses it, and the statement as a superuser if the
 * provider allows it.
 */
export function statementsOn(
  { refuses, allows }: Pick<ServerProfile, 'refuses' | 'allows'>,
  migrator: string,
): (text: string) => string | undefined {
  const allowed = allows.map(({ command }) => patternOf(command));
  return (given) => {
    const text = fromFirstWord(given);
    for (const { command, objects, message } of refuses) {
      const found = namesIn(onRoles[command]?.exec(text)?.[1]).find((one) =>
        objects.some((object) => matchesPattern(object, one)),
      );
      if (found !== undefined) {
        const said = quoteLiteral(`"${found}" ${message}`);
        return sql`do $$ begin raise exception using errcode = 'insufficient_privilege', message = ${said}; end $$`;
      }
    }
    return allowed.some((pattern) => pattern.test(text)) ? asSuperuser(text, migrator) : undefined;
  };
}

/** A setting that may be set may also be reset. */
function patternOf(command: string): RegExp {
  const words = command
    .replace(/^SET /, String.raw`(?:set(?:\s+session|\s+local)?|reset) `)
    .replaceAll(' ', String.raw`\s+`);
  return new RegExp(String.raw`^${words}\b`, 'i');
}

/** The server makes the migrator a superuser for exactly this statement. */
function asSuperuser(text: string, migrator: string): string {
  const become = (is: 'true' | 'false') =>
    sql`do $$ begin perform rolecall_dress.make_superuser(${quoteLiteral(migrator)}, ${is}); end $$`;
  return `${become('true')};\n${text.replace(/;\s*$/, '')};\n${become('false')}`;
}

function namesIn(list = ''): string[] {
  return [...list.matchAll(new RegExp(name, 'g'))].map(([one]) =>
    one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one.toLowerCase(),
  );
}
