/** SQL as it is sent: a statement, an expression, or a name quoted if necessary. */
export type SqlText = string & { readonly of?: 'SQL' };

/** A name as SQL accepts it and the server prints it: `public.tenants`, `public."My table"`, `"app_user"`. */
export type SqlName = SqlText;

/** The name of a role in facts and in the contract, not quoted. `PUBLIC` is everybody. */
export type RoleName = string & { readonly of?: 'a role' };

/** Any other name without quotes: of a policy, a database, a column. */
export type RawName = string & { readonly of?: 'a name' };

/** Literals in the program count as SQL. A text of unknown kind, or a raw name, does not. */
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
 * SQL with names in it. It accepts SQL, numbers and literals in the program. A raw name must first be quoted by `roleSql` or
 * `quoteIdentifier`, and a plain string declared to be SQL: the compiler refuses both.
 */
export function sql<const T extends readonly (SqlText | number)[]>(
  texts: TemplateStringsArray,
  ...values: T & { readonly [K in keyof T]: Part<T[K]> }
): SqlText {
  return String.raw({ raw: texts }, ...values);
}

/** Text that is SQL because of its source: a keyword, or what the server printed to be run again. */
export function verbatim(text: string): SqlText {
  return text;
}

/** The plain name from one that is quoted if necessary. */
export function plainName(quoted: SqlName): RawName {
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : (quoted as string);
}

/** A keyword in lower case. */
export function lowered(keyword: string): SqlText {
  return keyword.toLowerCase();
}

/** Pieces of SQL with a separator. */
export function joined(pieces: readonly SqlText[], separator = ', '): SqlText {
  return pieces.join(separator);
}
