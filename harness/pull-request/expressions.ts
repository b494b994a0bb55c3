import type { ParsedStatement, SqlParser } from '../postgres/parsed-sql.ts';

/** A condition made of others by AND, OR and NOT. Any other part is known only by its text. */
export type Condition =
  | { of: 'and' | 'or'; parts: Condition[] }
  | { of: 'not'; part: Condition }
  | { of: 'constant'; value: boolean | null }
  | { of: 'atom'; text: string };

type Node = Record<string, unknown>;

/** How a condition compares with an earlier one: by the rows for which it holds. */
export type Comparison = 'same' | 'wider' | 'narrower' | 'unclear';

/** The condition that the server printed; `true` if it printed none. Undefined if it cannot be read. */
export function conditionOf(text: string | undefined, parser: SqlParser): Condition | undefined {
  if (text === undefined) {
    return { of: 'constant', value: true };
  }
  const parsed = parser.statements(`select 1 where ${text}`);
  if ('fault' in parsed) {
    return undefined;
  }
  const where = (parsed.read[0] as ParsedStatement).node['whereClause'] as Node;
  return conditionIn(where);
}

function conditionIn(node: Node): Condition {
  const bool = node['BoolExpr'] as { boolop: string; args: Node[] } | undefined;
  if (bool !== undefined) {
    const parts = bool.args.map(conditionIn);
    return bool.boolop === 'NOT_EXPR'
      ? { of: 'not', part: parts[0]! }
      : { of: bool.boolop === 'AND_EXPR' ? 'and' : 'or', parts };
  }
  const constant = node['A_Const'] as { boolval?: { boolval?: boolean }; isnull?: boolean } | undefined;
  if (constant?.boolval !== undefined) {
    return { of: 'constant', value: constant.boolval.boolval === true };
  }
  return anyOf(node) ?? { of: 'atom', text: textOf(node) };
}

/** `x = ANY (ARRAY[a, b])`, as the server prints IN, is `x = a OR x = b`. */
function anyOf(node: Node): Condition | undefined {
  const one = node['A_Expr'] as { kind: string; name: Node[]; lexpr: Node; rexpr: Node } | undefined;
  const elements = (one?.rexpr?.['A_ArrayExpr'] as { elements?: Node[] } | undefined)?.elements;
  return one?.kind !== 'AEXPR_OP_ANY' || elements === undefined
    ? undefined
    : {
        of: 'or',
        parts: elements.map((rexpr) => ({
          of: 'atom',
          text: textOf({ A_Expr: { ...one, kind: 'AEXPR_OP', rexpr } }),
        })),
      };
}

/** A text that is equal for nodes that differ only in their position. */
function textOf(node: unknown): string {
  return JSON.stringify(node, (key, value: unknown) =>
    key === 'location' || key.endsWith('_loc') ? undefined : value,
  );
}

/** How many parts are tried with every value: 3 to this power. */
const most = 8;

/** Compares the rows for which two conditions hold, only by the logic of SQL. The meaning of the parts is not known. */
export function compared(before: Condition | undefined, after: Condition | undefined): Comparison {
  if (before === undefined || after === undefined) {
    return 'unclear';
  }
  if (textOf(before) === textOf(after)) {
    return 'same';
  }
  const atoms = [...new Set([...atomsOf(before), ...atomsOf(after)])];
  if (atoms.length > most) {
    return byParts(before, after);
  }
  let [lost, gained] = [false, false];
  for (let n = 0; n < 3 ** atoms.length; n++) {
    const values = new Map(atoms.map((atom, index) => [atom, truths[Math.floor(n / 3 ** index) % 3]!]));
    const [was, is] = [valueOf(before, values) === true, valueOf(after, values) === true];
    lost ||= was && !is;
    gained ||= is && !was;
  }
  return lost && gained ? 'unclear' : gained ? 'wider' : lost ? 'narrower' : 'same';
}

const truths: readonly (boolean | null)[] = [true, false, null];

function valueOf(condition: Condition, values: ReadonlyMap<string, boolean | null>): boolean | null {
  switch (condition.of) {
    case 'constant':
      return condition.value;
    case 'atom':
      return values.get(condition.text)!;
    case 'not': {
      const value = valueOf(condition.part, values);
      return value === null ? null : !value;
    }
    case 'and':
    case 'or': {
      const decides = condition.of === 'or';
      const all = condition.parts.map((part) => valueOf(part, values));
      return all.includes(decides) ? decides : all.includes(null) ? null : !decides;
    }
  }
}

function atomsOf(condition: Condition): string[] {
  switch (condition.of) {
    case 'constant':
      return [];
    case 'atom':
      return [condition.text];
    case 'not':
      return atomsOf(condition.part);
    case 'and':
    case 'or':
      return condition.parts.flatMap(atomsOf);
  }
}

/** For long conditions, only whether one is the other with more parts. */
function byParts(before: Condition, after: Condition): Comparison {
  const [ands, andsNow] = [partsOf(before, 'and'), partsOf(after, 'and')];
  const [ors, orsNow] = [partsOf(before, 'or'), partsOf(after, 'or')];
  const within = (some: string[], all: string[]) => some.every((one) => all.includes(one));
  const isNarrower = within(ands, andsNow) || within(orsNow, ors);
  const isWider = within(andsNow, ands) || within(ors, orsNow);
  return isNarrower && isWider ? 'same' : isNarrower ? 'narrower' : isWider ? 'wider' : 'unclear';
}

function partsOf(condition: Condition, by: 'and' | 'or'): string[] {
  return condition.of === by ? condition.parts.flatMap((part) => partsOf(part, by)) : [textOf(condition)];
}
