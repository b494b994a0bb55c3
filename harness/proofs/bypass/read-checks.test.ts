import { describe, expect, it } from 'vitest';

import { parseCheck, readChecks } from './read-checks.ts';

const good = `--! title: A title.
--! severity: low
--! why: Because.
--! remedy: Do it.
--! since: 15
--! source: The manual
-- A note.
select 1
order by 1
`;

describe('parseCheck', () => {
  it('reads header and statement', () => {
    expect(parseCheck('a-code.sql', good)).toEqual({
      code: 'a-code',
      title: 'A title.',
      severity: 'low',
      why: 'Because.',
      remedy: 'Do it.',
      since: 15,
      source: 'The manual',
      sql: '-- A note.\nselect 1\norder by 1',
    });
  });

  it.each([
    ['A_Code.sql', good, 'its name is not kebab-case'],
    ['a.sql', good.replace('low', 'dire'), 'severity is none of high, medium, low'],
    ['a.sql', good.replace('--! why: Because.\n', ''), 'why is missing'],
    ['a.sql', good.replace('--! why: Because.', '--! why:'), 'not a header line: --! why:'],
    ['a.sql', good.replace('why:', 'wherefore:'), 'not a header line: --! wherefore: Because.'],
    ['a.sql', good.replace('remedy', 'why'), 'why is there twice'],
    ['a.sql', good.replace('15', 'fifteen'), 'since is not a major version'],
    ['a.sql', good.replace('order by 1', 'order by 1;'), 'it is not one select without a semicolon'],
    ['a.sql', good.replace('select 1', 'delete from t'), 'it is not one select without a semicolon'],
  ])('refuses %s with a bad header or statement', (name, text, fault) => {
    expect(() => parseCheck(name, text)).toThrow(fault);
  });
});

describe('the checks in the folder', () => {
  it('can be read, and each orders its rows', async () => {
    const checks = await readChecks();
    expect(checks.length).toBeGreaterThan(40);
    expect(checks.filter(({ sql }) => !sql.endsWith('\norder by 1, 2, 3'))).toEqual([]);
  });
});
