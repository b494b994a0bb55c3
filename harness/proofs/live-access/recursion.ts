import { nameParts } from '../../catalog/identifiers.ts';
import type { Fact } from '../../catalog/fact.ts';
import { byCodeUnit } from '../../common/order.ts';
import { plainName } from '../../common/sql.ts';
import { counted, grouped, listed } from '../../common/text.ts';
import type { Attempt } from '../../attempts/attempt.ts';
import { isOutOfStack, isRecursion } from '../../attempts/recursion.ts';
import type { Finding } from '../../findings/finding.ts';

/**
 * One finding for each policy or function that asks itself, whatever statements it ended. The server names the table where it sees the
 * recursion before it runs anything (42P17). Through a function it does not see it, and the stack ends it (54001).
 */
export function judgeRecursion(attempts: readonly Attempt[], facts: readonly Fact[]): Finding[] {
  const ended = attempts.filter((attempt) => isRecursion(attempt) && attempt.access !== 'EXECUTE');
  const causes = grouped(ended, (attempt) => JSON.stringify([attempt.sqlstate, causeOf(attempt, facts)]));
  return causes.map(({ items }) => {
    const first = items[0]!;
    const cause = causeOf(first, facts);
    const objects = [...new Set(items.map(({ object }) => object))].toSorted(byCodeUnit);
    const isFunction = isOutOfStack(first) && cause !== first.object;
    const callers = isFunction ? callersOf(cause, facts) : [];
    const what = isFunction
      ? `${cause} reads a table whose policy calls it again${callers.length === 0 ? '' : ` (policies of ${listed(callers)} call it)`}`
      : `a policy of ${cause} reads ${cause} itself`;
    return {
      code: 'policy-recurses',
      severity: 'high',
      object: cause,
      identity: '',
      message: `${what}: ${counted(items.length, 'statement')} on ${listed(objects)} ended with: ${first.message ?? ''} (SQLSTATE ${String(first.sqlstate)})`,
      remedy: isFunction
        ? `Let ${cause} read past the policies: SECURITY DEFINER with a fixed search_path, owned by a role that the policies of its table do not hold. Or let it read a table without such a policy.`
        : `Ask for the rows of ${cause} in a SECURITY DEFINER function with a fixed search_path, owned by a role that its policies do not hold, and let the policy call that.`,
    };
  });
}

/** A name in the quotation marks of some language. */
const marked = /[«»„“「"]\s?(.+?)\s?[«»“”」"]/;

/** The table or function that asks itself, as facts name it; where it is not known, the object of the statement. */
function causeOf({ sqlstate, message, raised_in, object }: Attempt, facts: readonly Fact[]): string {
  if (isOutOfStack({ sqlstate })) {
    const found = raised_in === undefined ? undefined : functionNamed(raised_in, facts);
    return found ?? object;
  }
  const table = marked.exec(message ?? '')?.[1];
  const policed = facts.filter(({ kind }) => kind === 'policy').map((fact) => fact.object);
  return policed.find((one) => lastName(one) === table) ?? object;
}

/** The signature of the function that the server names, with its schema or without. */
function functionNamed(name: string, facts: readonly Fact[]): string | undefined {
  const functions = facts.filter(({ kind }) => kind === 'function').map(({ object }) => String(object));
  return functions.find((one) => {
    const whole = one.slice(0, one.indexOf('('));
    return whole === name || whole.endsWith(`.${name}`);
  });
}

/** The tables with a policy that calls the function. */
function callersOf(signature: string, facts: readonly Fact[]): string[] {
  const called = `${signature.slice(signature.indexOf('.') + 1, signature.indexOf('('))}(`;
  const calling = facts.filter(({ kind, detail }) => kind === 'policy' && JSON.stringify(detail).includes(called));
  return [...new Set(calling.map(({ object }) => object))].toSorted(byCodeUnit);
}

function lastName(object: string): string {
  return plainName(nameParts(object as Fact['object']).at(-1)!);
}
