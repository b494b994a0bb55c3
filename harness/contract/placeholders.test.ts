import { describe, expect, it } from 'vitest';

import { fillSql, fillText, namesInSql, namesInText } from './placeholders.ts';

describe('a condition in SQL', () => {
  it.each([
    ['org = :org and author = :user', ['org', 'user']],
    ['org = :org::uuid', ['org']],
    [`note = ':org' or note = e'it\\':org' or note = $$:org$$ or note = $a$ :org $a$`, []],
    ['":org" = 1 -- :org\n/* :org */', []],
    ['id[1:2] = :id', ['id']],
    ['a=:a', ['a']],
  ])('%s asks for %j', (sql, names) => {
    expect(namesInSql(sql)).toEqual(names);
  });

  it('gets values in their places alone', () => {
    expect(fillSql(`a = :a::int and b = ':a' -- :a`, (name) => `<${name}>`)).toBe(`a = <a>::int and b = ':a' -- :a`);
  });
});

describe('a text', () => {
  it('has names in braces, and braces of its own', () => {
    const text = '{"sub":"{user}","n":{n},"o":{}}';
    expect(namesInText(text)).toEqual(['user', 'n']);
    expect(fillText(text, (name) => `<${name}>`)).toBe('{"sub":"<user>","n":<n>,"o":{}}');
  });
});
