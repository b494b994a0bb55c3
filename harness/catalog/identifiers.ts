import { joined, type SqlName } from '../common/sql.ts';

/** The parts of a qualified name as the server quotes them: `public."a.b".id` gives `public`, `"a.b"`, `id`; arguments are dropped. */
export function nameParts(name: SqlName): SqlName[] {
  const [part, rest] = firstPart(name);
  return rest === '' ? [part] : [part, ...nameParts(rest)];
}

/** The table of a column, as facts name both. */
export function tableOf(column: SqlName): SqlName {
  return joined(nameParts(column).slice(0, 2), '.');
}

/** The schema of a qualified name, quoted as the server quotes it. */
export function schemaOf(name: SqlName): SqlName {
  return firstPart(name)[0];
}

function firstPart(name: SqlName): [part: SqlName, rest: SqlName] {
  const part = /^(?:"(?:[^"]|"")*"|[^".(]*)/.exec(name)![0];
  return [part, name[part.length] === '.' ? name.slice(part.length + 1) : ''];
}
