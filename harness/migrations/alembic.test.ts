import { describe, expect, it } from 'vitest';

import { inOrder, revisionOf } from './alembic.ts';

describe('a script of Alembic', () => {
  it.each([
    [`revision = 'a1'\ndown_revision = None\n`, { revision: 'a1', down: undefined }],
    [`revision: str = "b2"\ndown_revision: Union[str, None] = "a1"\n`, { revision: 'b2', down: 'a1' }],
    ['# nothing\n', undefined],
  ])('says its revision: %j', (text, said) => {
    expect(revisionOf(text)).toEqual(said);
  });

  it('stands in its chain, whatever its name', () => {
    const all = [
      { revision: 'c', down: 'a' },
      { revision: 'a', down: undefined },
      { revision: 'b', down: 'c' },
    ];
    expect(inOrder(all)).toEqual(['a', 'c', 'b']);
    expect(() => inOrder([...all, { revision: 'z', down: 'a' }])).toThrow('has 2 heads: b, z');
  });
});
