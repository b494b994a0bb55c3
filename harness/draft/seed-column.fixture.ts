import type { SeedColumn } from './tables.ts';

/** A column that needs a value and has no default. */
export function seedColumn(name: string, type: string, more: Partial<SeedColumn> = {}): SeedColumn {
  return {
    name,
    quoted: name,
    type,
    category: 'U',
    base: type.replace(/\(.*/, ''),
    labels: null,
    domain_checks: [],
    required: true,
    has_default: false,
    identity: false,
    generated: false,
    expression: null,
    ...more,
  };
}
