/** Values of one tenant, by name. */
export type TenantValues = Record<string, string>;

/** Two tenants, one that does not exist, and an invalid value; `invalid` is absent if every text is valid. */
export function tenantValues(types: ReadonlyMap<string, string>): {
  own: TenantValues;
  other: TenantValues;
  unknown: TenantValues;
  invalid?: TenantValues;
} {
  const of = (at: number): TenantValues =>
    Object.fromEntries([...types].map(([name, type], place) => [name, valueOf(type, name, at, place)]));
  const strict = [...types].filter(([, type]) => !isText(type));
  return {
    own: of(0),
    other: of(1),
    unknown: of(2),
    ...(strict.length === 0
      ? {}
      : { invalid: Object.fromEntries([...types.keys()].map((name) => [name, 'not-a-value'])) }),
  };
}

const letters = ['a', 'b', 'e'];

function valueOf(type: string, name: string, at: number, place: number): string {
  if (type === 'uuid') {
    const digit = letters[at]!;
    return `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${String(place).padStart(12, digit)}`;
  }
  return isText(type) ? `${name}-${letters[at]!}` : String(900 + 10 * place + at + 1);
}

function isText(type: string): boolean {
  return /^(?:text|citext|name|character|"char"|varchar)/.test(type);
}
