import { nobody, type Noticed, type TriedMutant } from './tried.ts';

/** A mutant that was tried, made of the least a test needs to say. */
export function tried(
  id: string,
  status: TriedMutant['status'],
  noticed: Partial<Noticed> = {},
  rest: Partial<TriedMutant> = {},
): TriedMutant {
  const [operator = '', object = '', identity = ''] = id.split('/');
  return {
    id,
    operator,
    object,
    identity,
    says: `${id}.`,
    sql: `-- ${id}`,
    isolation: 'transaction',
    status,
    noticed: { ...nobody(), ...noticed },
    notes: [],
    ...rest,
  };
}

export const accepted = { reason: 'known', until: '2026-12-31' };
