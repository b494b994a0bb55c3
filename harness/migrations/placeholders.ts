import { RolecallError } from '../common/errors.ts';
import type { Target } from '../postgres/target.ts';
import type { Part } from './layouts/layout.ts';
import { partsOf, type Plan } from './plan.ts';

type Values = Readonly<Record<string, string>>;

/** The tools' own placeholders, which need no value from the project. */
const ofTools = (file: string, { user, database }: Pick<Target, 'user' | 'database'>): Values => ({
  'flyway:defaultSchema': 'public',
  'flyway:user': user,
  'flyway:database': database,
  'flyway:timestamp': '1970-01-01 00:00:00',
  'flyway:filename': file,
  'flyway:workingDirectory': '.',
  'flyway:table': 'flyway_schema_history',
  'flyway:environment': 'default',
  ':DATABASE_NAME': database,
  ':DATABASE_OWNER': user,
});

const forms = { dollar: /\$\{([^}]+)\}/g, 'dollar-known': /\$\{([^}]+)\}/g, colon: /:[A-Z][0-9A-Z_]+\b/g } as const;

/** The text of a part with its placeholders filled in. */
export function filledText(
  { file, text, fills }: Part,
  values: Values,
  target: Pick<Target, 'user' | 'database'>,
): string {
  if (fills === undefined) {
    return text;
  }
  const known = { ...ofTools(file, target), ...values };
  return text.replaceAll(forms[fills], (found: string, name: unknown) => {
    const key = typeof name === 'string' ? name : found;
    return Object.hasOwn(known, key) ? known[key]! : found;
  });
}

/** Refuses with `bad-contract` a plan with a placeholder that has no value. */
export function requireValues(plan: Plan, given: Values): void {
  const target = { user: '', database: '' };
  const missing = partsOf(plan).flatMap((part) => {
    const { file, text, fills } = part;
    const known = { ...ofTools(file, target), ...plan.placeholders, ...given };
    const must = (name: string) => fills === 'dollar' || (fills === 'colon' && plan.needs.includes(name));
    return [...text.matchAll(forms[fills ?? 'dollar'])].flatMap(({ 0: found, 1: name = found, index }) =>
      Object.hasOwn(known, name) || !must(name)
        ? []
        : [{ name, found, at: `${file}:${text.slice(0, index).split('\n').length}` }],
    );
  });
  if (missing.length > 0) {
    const names = [...new Set(missing.map(({ name }) => name))];
    throw new RolecallError('bad-contract', {
      message: `the migrations in ${plan.folder} have placeholders without a value: ${missing
        .slice(0, 10)
        .map(({ found, at }) => `${found} (${at})`)
        .join(', ')}`,
      next: `Give ${names.length === 1 ? 'it one' : 'each one'} in the contract: migrations: { placeholders: { ${names.map((name) => `${JSON.stringify(name)}: …`).join(', ')} } }. rolecall init takes it as --placeholder NAME=VALUE.`,
    });
  }
}

/** Values as psql's variables, for names that a variable can have. */
export function asVariables(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name.replace(/^:/, ''), value] as const)
      .filter(([name]) => /^[A-Za-z_]\w*$/.test(name)),
  );
}
