/** SQL as it is sent: a statement, an expression, or a name quoted where it must be. */
export type SqlText = string & { readonly of?: 'SQL' };

/** A name as SQL takes it and the server prints it: `public.tenants`, `public."My table"`, `"app_user"`. */
export type SqlName = SqlText;

/** The name of a role as facts and the contract say it, not quoted; `PUBLIC` is everybody. */
export type RoleName = string & { readonly of?: 'a role' };

/** Another name as it is, not quoted: of a policy, a database, a column. */
export type RawName = string & { readonly of?: 'a name' };

/** Words of the program's own are SQL; a text of which nobody said what it is, or a raw name, is not. */
type Part<T> = T extends number
  ? T
  : T extends SqlText
    ? string extends T
      ? 'of' extends keyof T
        ? T
        : never
      : T
    : never;

/**
 * SQL with names in it. Takes SQL, numbers and words that stand in the program; a raw name has to be quoted first, by
 * `roleSql` or `quoteIdentifier`, and a plain string declared to be SQL: the compiler refuses both.
 */
export function sql<const T extends readonly (SqlText | number)[]>(
  texts: TemplateStringsArray,
  ...values: T & { readonly [K in keyof T]: Part<T[K]> }
): SqlText {
  return String.raw({ raw: texts }, ...values);
}

/** Text that is SQL by where it comes from: a keyword, or what the server printed to be run again. */
export function verbatim(text: string): SqlText {
  return text;
}

/** A name as it is, of one that is quoted as needed. */
export function plainName(quoted: SqlName): RawName {
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : (quoted as string);
}

/** A keyword in lower case. */
export function lowered(keyword: string): SqlText {
  return keyword.toLowerCase();
}

/** Pieces of SQL in a row. */
export function joined(pieces: readonly SqlText[], separator = ', '): SqlText {
  return pieces.join(separator);
}
