import { Subtest } from './subtest.ts';

/** One test of a TAP document, as `prove` counts it. */
export interface Test {
  number: number;
  description: string;
  directive: 'skip' | 'todo' | undefined;
  explanation: string;
  /** What the line says: `ok` or `not ok`. */
  isOk: boolean;
  /** Whether it counts as passed: a TODO does, one beyond the plan does not. */
  passed: boolean;
  /** How many assertions of its subtest were made, neither skipped nor TODO; undefined without a subtest. */
  madeInSubtest: number | undefined;
  /** The `# …` lines after it, without their `# `. */
  diagnostics: string[];
}

export interface Line {
  kind: 'test' | 'comment' | 'other';
  text: string;
  /** Set for a test. */
  test?: Test;
}

/** A TAP document, read by the rules of Perl's TAP::Parser, on which `prove` and `pg_prove` are built. */
export interface TapReading {
  planned: number | undefined;
  /** Why everything is skipped, if the plan says so. */
  skipAll: string | undefined;
  tests: Test[];
  /** What is wrong with the document, in the words of `prove`. */
  faults: string[];
  bailout: string | undefined;
  lines: Line[];
}

const testLine = /^((?:not )?ok\b)\s*(\d+)?\s*(.*)$/s;
const directive = /^([^\\#]*(?:\\.[^\\#]*)*)#\s*(SKIP|TODO)\b\s*(.*)$/is;

class TapReader implements TapReading {
  planned: number | undefined;
  skipAll: string | undefined;
  readonly tests: Test[] = [];
  readonly faults: string[] = [];
  bailout: string | undefined;
  readonly lines: Line[] = [];
  /** `planned`: the plan came first. `ended`: it came after tests. */
  #state: 'begin' | 'planned' | 'unplanned' | 'ended' = 'begin';
  #plan: string | undefined;
  #version = 12;
  #isYaml = false;
  #isStrict = false;
  readonly #plannedTodo = new Set<number>();
  readonly #subtest = new Subtest();

  line(text: string): void {
    const line: Line = { kind: 'other', text };
    this.lines.push(line);
    if (this.#isYaml) {
      this.#isYaml = !/^\s+\.\.\.\s*$/.test(text);
      return;
    }
    const test = testLine.exec(text);
    if (test !== null) {
      line.kind = 'test';
      line.test = this.#test(test[1] === 'ok', test[2], test[3]!);
    } else if (text.startsWith('#')) {
      line.kind = 'comment';
      this.tests.at(-1)?.diagnostics.push(text.replace(/^#\s?/, ''));
    } else if (!this.#planLine(text)) {
      if (text.startsWith(' ')) {
        this.#subtest.line(text);
      }
      this.#other(text);
    }
  }

  #test(isOk: boolean, given: string | undefined, rest: string): Test {
    if (this.#state === 'ended') {
      this.faults.push(`Plan (${this.#plan!}) must be at the beginning or end of the TAP output`);
      this.#state = 'planned';
    } else if (this.#state === 'begin') {
      this.#state = 'unplanned';
    }
    const [, described = rest, word, explanation = ''] = directive.exec(rest) ?? [];
    const count = this.tests.length + 1;
    const number = given === undefined ? count : Number(given);
    if (number !== count) {
      this.faults.push(`Tests out of sequence.  Found (${number}) but expected (${count})`);
    }
    const isTodo = word?.toLowerCase() === 'todo' || this.#plannedTodo.delete(number);
    const isPlanned = this.planned === undefined || count <= this.planned;
    const test: Test = {
      number,
      description: described.trim(),
      directive: isTodo ? 'todo' : word === undefined ? undefined : 'skip',
      explanation: explanation.trim(),
      isOk,
      passed: isPlanned && (isTodo || isOk),
      madeInSubtest: this.#subtest.end(),
      diagnostics: [],
    };
    this.tests.push(test);
    return test;
  }

  #planLine(text: string): boolean {
    const [, number, tail = ''] = /^1\.\.(\d+)\s*(.*)$/s.exec(text) ?? [];
    const reason = /^#\s*SKIP\S*(?:\s+(.*))?$/is.exec(tail);
    const todo = /^todo((?:\s+\d+)+)/.exec(tail);
    const isSkipped = number !== undefined && (Number(number) === 0 || (this.#version > 12 && reason !== null));
    if (number === undefined || (tail !== '' && !isSkipped && todo === null)) {
      return false;
    }
    if (this.#state === 'planned') {
      this.faults.push('More than one plan found in TAP output');
      return true;
    }
    if (this.#state === 'ended') {
      this.faults.push('More than one plan found in TAP output');
    }
    this.#state = this.#state === 'unplanned' ? 'ended' : 'planned';
    this.#plan = `1..${number}`;
    this.planned = Number(number);
    if (isSkipped) {
      this.skipAll = reason?.[1]?.trim() || '(no reason given)';
    }
    for (const one of todo?.[1]!.trim().split(/\s+/) ?? []) {
      this.#plannedTodo.add(Number(one));
    }
    return true;
  }

  #other(text: string): void {
    const bailout = /^\s*Bail out!\s*(.*)/s.exec(text);
    const version = /^TAP\s+version\s+(\d+)\s*$/i.exec(text);
    const pragma = this.#version < 13 ? null : /^pragma\s+([-+]\w+\s*(?:,\s*[-+]\w+\s*)*)$/.exec(text);
    if (bailout !== null) {
      this.bailout ??= bailout[1]!.trim();
    } else if (version !== null) {
      this.#readVersion(Number(version[1]));
    } else if (pragma !== null) {
      const strict = /([-+])strict\b/.exec(pragma[1]!);
      this.#isStrict = strict === null ? this.#isStrict : strict[1] === '+';
    } else if (this.#version > 12 && /^\s+---/.test(text)) {
      this.#isYaml = true;
    } else if (this.#isStrict) {
      this.faults.push(`Unknown TAP token: "${text}"`);
    }
  }

  #readVersion(version: number): void {
    if (this.#state !== 'begin') {
      this.faults.push('If TAP version is present it must be the first line of output');
      return;
    }
    if (version < 13) {
      this.faults.push(`Explicit TAP version must be at least 13. Got version ${version}`);
    }
    this.#version = version < 13 ? 12 : 13;
  }

  end(): void {
    if (this.#plan === undefined) {
      this.faults.push('No plan found in TAP output');
    }
    if (this.planned !== undefined && this.tests.length !== this.planned) {
      this.faults.push(`Bad plan.  You planned ${this.planned} tests but ran ${this.tests.length}.`);
    }
  }
}

/** Reads a TAP document. Reading stops at a bail-out. */
export function readTap(text: string): TapReading {
  const reader = new TapReader();
  const lines = text.split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  for (const line of lines) {
    reader.line(line);
    if (reader.bailout !== undefined) {
      break;
    }
  }
  reader.end();
  return reader;
}
