/** The text with every secret in it, as it is or as a URL has it, replaced by `***`. */
export function redacted(text: string, secrets: readonly string[]): string {
  const forms = new Set(
    secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((form) => form !== ''),
  );
  // The longest first: one may be part of another.
  return [...forms].toSorted((a, b) => b.length - a.length).reduce((left, form) => left.replaceAll(form, '***'), text);
}

const gap = String.raw`(?:\s|--[^\n]*\n|/\*[^]*?\*/)*`;
const literal = [
  String.raw`e'(?:[^'\\]|''|\\[^])*'`,
  String.raw`(?:u&|n)?'(?:[^']|'')*'`,
  String.raw`\$(\w*)\$[^]*?\$\2\$`,
  // A line may be all that is shown of a literal that goes on.
  String.raw`(?:e|u&|n)?'[^'\n]*$`,
  String.raw`\$\w*\$[^\n]*$`,
].join('|');
const sqlPassword = new RegExp(String.raw`(\bpassword${gap})(?:${literal})`, 'gim');
const connectionPassword = /(\bpassword=)(?:''[^'\n]*''|'(?:[^'\\\n]|\\.)*'|[^\s"'();&]+)/gi;
const urlPassword = /(\b[\w+]+:\/\/[^\s/:@]*):[^\s]*@(?=[^\s@]*)/g;

/** SQL, or a text that quotes some, with `***` for what PASSWORD is followed by. */
export function withoutSqlPasswords(text: string): string {
  return text.replace(sqlPassword, "$1'***'").replace(connectionPassword, '$1***');
}

/** As `withoutSqlPasswords`, and without the passwords of URLs. */
export function withoutPasswords(text: string): string {
  return withoutSqlPasswords(text).replace(urlPassword, '$1:***@');
}

/** A value of plain data in which no text has a password. */
export function withoutPasswordsIn<T>(value: T): T {
  if (typeof value === 'string') {
    return withoutPasswords(value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((one: unknown) => withoutPasswordsIn(one)) as T;
  }
  return typeof value === 'object' && value !== null
    ? (Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutPasswordsIn(one as unknown)])) as T)
    : value;
}
