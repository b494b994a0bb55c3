import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { harmless, told } from './told.ts';

describe('what is told of an error', () => {
  it('is the message and the next step', () => {
    expect(told(new RolecallError('bad-argument', { message: 'no', next: 'Do this.', exit: 3 }), false)).toEqual({
      text: 'rolecall: no\nDo this.\n',
      exit: 3,
    });
  });

  it('is one line of an internal error, and its stack only where that is asked for', () => {
    const error = new TypeError('x is\nundefined');
    expect(told(error, false)).toEqual({
      text: 'rolecall: internal error, please report it: x is undefined (--stack shows where)\n',
      exit: 2,
    });
    expect(told(error, true).text).toMatch(
      /^rolecall: internal error, please report it: x is undefined\n[^]*\n {4}at /,
    );
  });

  it('is empty for --help and --version', () => {
    expect(told(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), false)).toEqual({
      text: '',
      exit: 0,
    });
    expect(told(new CommanderError(1, 'commander.help', '(outputHelp)'), false)).toEqual({ text: '', exit: 2 });
  });
});

describe('a text for stderr', () => {
  it.each([
    ['an escape sequence', 'a\u001b[31mb', 'a\\u{1b}[31mb'],
    ['a return over what was there', 'a\rb', 'a\\u{d}b'],
    ['a command of the runner', 'a\n  ::error file=x::b', 'a\n  \\u{3a}:error file=x::b'],
    ['a command of the runner, the older way', 'a ##[error]b', 'a #\\u{23}[error]b'],
    ['a password of a role', "a password 'p'", "a password '***'"],
    ['a password', 'a postgresql://u:p@ss@h/d b', 'a postgresql://u:***@h/d b'],
  ])('holds no %s', (_, given, shown) => {
    expect(harmless(given)).toBe(shown);
  });

  it('is unchanged where it has nothing to escape', () => {
    const text = 'rolecall: role "a::b" of postgresql://u@h:5432/d\n\tline 2: äöü\n';
    expect(harmless(text)).toBe(text);
  });
});
