import { SlashFault } from './slash-scanner.ts';

/** The names that have a meaning for psql, and their possible values. */
const switches = new Set(['AUTOCOMMIT', 'ON_ERROR_STOP', 'QUIET', 'SINGLELINE', 'SINGLESTEP']);
const choices: Readonly<Record<string, readonly string[]>> = {
  ECHO: ['none', 'errors', 'queries', 'all'],
  VERBOSITY: ['default', 'verbose', 'terse', 'sqlstate'],
  SHOW_CONTEXT: ['never', 'errors', 'always'],
  COMP_KEYWORD_CASE: ['lower', 'upper', 'preserve-lower', 'preserve-upper'],
  HISTCONTROL: ['none', 'ignorespace', 'ignoredups', 'ignoreboth'],
};
const whatUnsetMeans: Readonly<Record<string, string>> = {
  ECHO: 'none',
  VERBOSITY: 'default',
  SHOW_CONTEXT: 'errors',
  ON_ERROR_ROLLBACK: 'off',
};
const unsupported: Readonly<Record<string, string>> = { AUTOCOMMIT: 'off', SINGLELINE: 'on', SINGLESTEP: 'on' };

/** Reads a boolean as psql does: any beginning of true, false, yes and no, also on, off, 1 and 0. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === '') {
    return undefined;
  }
  if ('true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on' || word === '1') {
    return true;
  }
  const isNo = 'false'.startsWith(word) || 'no'.startsWith(word) || (word.length >= 2 && 'off'.startsWith(word));
  return isNo || word === '0' ? false : undefined;
}

/** The variables of a script. psql's own variables only accept certain values. */
export class Variables {
  readonly #values = new Map<string, string>([
    ['AUTOCOMMIT', 'on'],
    ['ECHO', 'none'],
    ['FETCH_COUNT', '0'],
    ['ON_ERROR_ROLLBACK', 'off'],
    ['ON_ERROR_STOP', 'off'],
    ['QUIET', 'off'],
    ['SHOW_CONTEXT', 'errors'],
    ['SINGLELINE', 'off'],
    ['SINGLESTEP', 'off'],
    ['VERBOSITY', 'default'],
  ]);

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Sets a variable. Refuses an invalid name, and a value that psql does not accept for it. */
  set(name: string, value: string): void {
    if (!/^[A-Za-z_0-9\u0080-\uffff]+$/.test(name)) {
      throw new SlashFault(`invalid variable name: "${name}"`);
    }
    const stored = accepted(name, value);
    if (unsupported[name] !== undefined && unsupported[name] === stored) {
      throw new SlashFault(`${name} ${stored} is not supported`, true);
    }
    this.#values.set(name, stored);
  }

  unset(name: string): void {
    const meaning = switches.has(name) ? 'off' : (whatUnsetMeans[name] ?? (name === 'FETCH_COUNT' ? '0' : undefined));
    if (name === 'AUTOCOMMIT') {
      throw new SlashFault('AUTOCOMMIT off is not supported', true);
    }
    if (meaning === undefined) {
      this.#values.delete(name);
    } else {
      this.#values.set(name, meaning);
    }
  }

  isOn(name: string): boolean {
    return this.#values.get(name) === 'on';
  }

  /** All of them, by name. */
  entries(): [string, string][] {
    return [...this.#values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

function accepted(name: string, value: string): string {
  if (switches.has(name)) {
    return asSwitch(name, value);
  }
  if (name === 'ON_ERROR_ROLLBACK') {
    return value.toLowerCase() === 'interactive' ? 'interactive' : asSwitch(name, value);
  }
  const allowed = choices[name];
  if (allowed !== undefined && !allowed.includes(value.toLowerCase())) {
    throw new SlashFault(`unrecognized value "${value}" for "${name}"\nAvailable values are: ${allowed.join(', ')}.`);
  }
  if (name === 'FETCH_COUNT' && !/^-?\d*$/.test(value)) {
    throw new SlashFault(`invalid value "${value}" for "${name}": integer expected`);
  }
  return allowed === undefined ? value : value.toLowerCase();
}

function asSwitch(name: string, value: string): string {
  const is = value === '' ? true : readBoolean(value);
  if (is === undefined) {
    throw new SlashFault(`unrecognized value "${value}" for "${name}": Boolean expected`);
  }
  return is ? 'on' : 'off';
}
