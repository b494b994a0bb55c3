import type { RawName, RoleName, SqlName } from '../common/sql.ts';

/** The name for everybody in facts. */
export const everyone = 'PUBLIC';

/**
 * A role's name in facts: its own name, unless somebody named it PUBLIC. Such a name gets quotation marks, and a name that
 * already has them gets one more pair, so that no two roles have the same name.
 */
export function roleName(raw: RawName): RoleName {
  return /^"*PUBLIC"*$/.test(raw) ? quoted(raw) : (raw as string);
}

/** A role of a fact as GRANT takes it. `PUBLIC` is everybody. */
export function roleSql(name: RoleName): SqlName {
  return name === everyone || /^"+PUBLIC"+$/.test(name) ? (name as string) : quoted(name);
}

function quoted(raw: string): string {
  return `"${raw.replaceAll('"', '""')}"`;
}
