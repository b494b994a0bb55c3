import { it } from 'vitest';
import { contractWith } from './test/contract.ts';
it('x', () => {
  const c = contractWith(`tables:\n  public.t: { policies: { __proto__: { using: 'true' }, constructor: { using: 'x' }, toString: {} } }\n  "__proto__": {}\n  constructor: {}\n`);
  console.log(Object.keys(c.tables), Object.keys(c.tables['public.t']!.policies), c.tables['toString']);
});
