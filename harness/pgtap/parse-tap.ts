import { Parser, type Result } from 'tap-parser';

import type { Assertion, AssertionResult } from './assertion.ts';
import { claimOfComment } from './witness-claim.ts';

/** A TAP document, in TAP's terms. */
export interface TapDocument {
  /** The number of tests that the plan promises; null without a plan. */
  planned: number | null;
  assertions: Assertion[];
  /** The text after `Bail out!`; null without one. */
  bailout: string | null;
  /** Faults of the document itself: numbers out of order, a test after the plan, several plans. */
  malformed: string[];
}

const planLine = /^\d+\.\.\d+/m;
const testLine = /^(?:not )?ok\b/;

/** Reads TAP 12-14 text. The caller compares `planned` with `assertions`. */
export function parseTap(text: string): TapDocument {
  const document: TapDocument = { planned: null, assertions: [], bailout: null, malformed: [] };
  const parser = new Parser({ strict: false });
  parser.on('plan', ({ start, end }) => {
    // tap-parser invents an empty plan for a document that has none.
    document.planned = !planLine.test(text) ? null : end < start ? 0 : end - start + 1;
  });
  watchAssertions(parser, (result, made) => document.assertions.push(toAssertion(result, made)));
  parser.on('comment', (comment) => {
    const last = document.assertions.at(-1);
    const claim = claimOfComment(comment);
    if (last !== undefined && claim !== undefined) {
      (last.witnesses ??= []).push(claim);
      return;
    }
    // tap-parser emits the comments of a failed assertion right after it. The summary of finish() is not about it.
    if (last?.result === 'not-ok' && !/^# Looks like you/.test(comment)) {
      last.diagnostics = `${last.diagnostics}${comment.replace(/^#\s?/, '')}`;
    }
  });
  // Lines in places where TAP does not allow them are emitted as text, even a failing test.
  parser.on('extra', (line) => {
    if (testLine.test(line) || planLine.test(line)) {
      document.malformed.push(`out of place: ${line.trim()}`);
    }
  });
  parser.on('bailout', (reason) => (document.bailout = String(reason)));
  parser.end(text);
  for (const assertion of document.assertions) {
    assertion.diagnostics = assertion.diagnostics.trimEnd();
  }
  document.malformed.push(...numberingFaults(document.assertions));
  return document;
}

/** Reports each assertion of a document, and whether it or its subtest asserted anything. */
function watchAssertions(parser: Parser, onAssertion: (result: Result, made: boolean) => void): void {
  let inSubtest: number | undefined;
  parser.on('child', (child: Parser) => {
    inSubtest = 0;
    watchAssertions(child, (_, made) => (inSubtest = (inSubtest ?? 0) + (made ? 1 : 0)));
  });
  parser.on('assert', (result: Result) => {
    const isMade = !isDirective(result.skip) && !isDirective(result.todo) && inSubtest !== 0;
    inSubtest = undefined;
    onAssertion(result, isMade);
  });
}

/** `false` without a directive; `true` or the reason with one. */
function isDirective(given: boolean | string): boolean {
  return given !== false && given !== '';
}

function toAssertion({ id, name, ok, skip, todo }: Result, made: boolean): Assertion {
  const of = (result: AssertionResult, why: boolean | string = '') => ({
    number: id,
    name,
    result,
    diagnostics: typeof why === 'string' ? why : '',
  });
  if (isDirective(skip)) {
    return of('skip', skip);
  }
  if (isDirective(todo)) {
    return of('todo', todo);
  }
  return !ok ? of('not-ok') : made ? of('ok') : of('skip', 'nothing in its subtest was made');
}

function numberingFaults(assertions: readonly Assertion[]): string[] {
  return assertions.flatMap(({ number }, index) =>
    number === index + 1 ? [] : [`test ${number} stands where test ${index + 1} should`],
  );
}
