/** How facts call everybody. */
export const everyone = 'PUBLIC';

/**
 * How facts call a role: by its name as it is, unless somebody named it PUBLIC. Such a name stands in quotation marks, and
 * one that already does in one more pair, so that no two roles are called the same.
 */
export function roleName(raw: string): string {
  return /^"*PUBLIC"*$/.test(raw) ? quoted(raw) : raw;
}

/** A role of a fact as GRANT takes it; `PUBLIC` is everybody. */
export function roleSql(name: string): string {
  return name === everyone || /^"+PUBLIC"+$/.test(name) ? name : quoted(name);
}

function quoted(raw: string): string {
  return `"${raw.replaceAll('"', '""')}"`;
}
