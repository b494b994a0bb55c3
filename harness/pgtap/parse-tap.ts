import { Parser, type Result } from 'tap-parser';

import type { Assertion } from './assertion.ts';
import { claimOfComment } from './witness-claim.ts';

/** A TAP document in TAP's nouns. */
export interface TapDocument {
  /** Number of tests that the plan promises; null without a plan. */
  planned: number | null;
  assertions: Assertion[];
  /** Text after `Bail out!`; null where nobody bailed out. */
  bailout: string | null;
  /** Faults of the document itself: numbers out of order, a test after the plan, several plans. */
  malformed: string[];
}

const planLine = /^\d+\.\.\d+/m;
const testLine = /^(?:not )?ok\b/;

/** Reads TAP 12-14 text. A plan that does not match is left to the reader of `planned` and `assertions`. */
export function parseTap(text: string): TapDocument {
  const document: TapDocument = { planned: null, assertions: [], bailout: null, malformed: [] };
  const parser = new Parser({ strict: false });
  parser.on('plan', ({ start, end }) => {
    // tap-parser makes up a plan of nothing for a document that has none.
    document.planned = !planLine.test(text) ? null : end < start ? 0 : end - start + 1;
  });
  parser.on('assert', (result) => document.assertions.push(toAssertion(result)));
  parser.on('comment', (comment) => {
    const last = document.assertions.at(-1);
    const claim = claimOfComment(comment);
    if (last !== undefined && claim !== undefined) {
      (last.witnesses ??= []).push(claim);
      return;
    }
    // tap-parser gives comments of a failed assertion right after it; the summary of finish() is not about it.
    if (last?.result === 'not-ok' && !/^# Looks like you/.test(comment)) {
      last.diagnostics = `${last.diagnostics}${comment.replace(/^#\s?/, '')}`;
    }
  });
  // What stands where TAP has no place for it is given as text, a failing test too.
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

function toAssertion(result: Result): Assertion {
  return { number: result.id, name: result.name, result: resultOf(result), diagnostics: '' };
}

function resultOf({ ok, skip, todo }: Result): Assertion['result'] {
  // `false` where there is no directive; `true` or its reason where there is.
  if (skip !== false && skip !== '') {
    return 'skip';
  }
  if (todo !== false && todo !== '') {
    return 'todo';
  }
  return ok ? 'ok' : 'not-ok';
}

function numberingFaults(assertions: readonly Assertion[]): string[] {
  return assertions.flatMap(({ number }, index) =>
    number === index + 1 ? [] : [`test ${number} stands where test ${index + 1} should`],
  );
}
