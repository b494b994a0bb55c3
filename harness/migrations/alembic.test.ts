import { describe, expect, it } from 'vitest';

import { inOrder, revisionOf, urlVariablesOf } from './alembic.ts';

describe('a script of Alembic', () => {
  it.each([
    [`revision = 'a1'\ndown_revision = None\n`, { revision: 'a1', down: [] }],
    [`revision: str = "b2"\ndown_revision: Union[str, None] = "a1"\n`, { revision: 'b2', down: ['a1'] }],
    [`revision = 'm'\ndown_revision = ('b', 'c')\n`, { revision: 'm', down: ['b', 'c'] }],
    ['# nothing\n', undefined],
  ])('says its revision: %j', (text, said) => {
    expect(revisionOf(text)).toEqual(said);
  });

  it('stands in its chain, whatever its name', () => {
    const all = [
      { revision: 'c', down: ['a'] },
      { revision: 'a', down: [] },
      { revision: 'b', down: ['c'] },
    ];
    expect(inOrder(all)).toEqual(['a', 'c', 'b']);
    expect(() => inOrder([...all, { revision: 'z', down: ['a'] }])).toThrow('has 2 heads: b, z');
  });

  it('stands behind all that it merges', () => {
    const all = [
      { revision: 'm', down: ['b', 'c'] },
      { revision: 'c', down: ['a'] },
      { revision: 'b', down: ['a'] },
      { revision: 'a', down: [] },
    ];
    expect(inOrder(all)).toEqual(['a', 'b', 'c', 'm']);
  });
});

describe('the variable of env.py', () => {
  it.each([
    [`engine = create_engine(os.environ["DB_CONNECTION"])`, ['DB_CONNECTION']],
    [`sentry.init(os.environ.get("SENTRY_DSN"))\nurl = os.getenv('PG')`, ['PG']],
    [`level = os.environ["LOG_LEVEL"]  # not os.environ['DATABASE_URL']`, []],
    [`config.set_main_option("sqlalchemy.url", os.environ["A"])\nOTHER_URL = os.environ["B"]`, ['A', 'B']],
  ])('is one that a URL is taken from: %j', (env, names) => {
    expect(urlVariablesOf(env)).toEqual(names);
  });
});
