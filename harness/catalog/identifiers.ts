/** The parts of a qualified name as the server quotes them: `public."a.b".id` gives `public`, `"a.b"`, `id`; arguments are dropped. */
export function nameParts(name: string): string[] {
  const [part, rest] = firstPart(name);
  return rest === '' ? [part] : [part, ...nameParts(rest)];
}

/** The schema of a qualified name, quoted as the server quotes it. */
export function schemaOf(name: string): string {
  return firstPart(name)[0];
}

function firstPart(name: string): [part: string, rest: string] {
  const part = /^(?:"(?:[^"]|"")*"|[^".(]*)/.exec(name)![0];
  return [part, name[part.length] === '.' ? name.slice(part.length + 1) : ''];
}
