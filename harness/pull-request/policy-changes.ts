import { everyone } from '../catalog/role-name.ts';
import type { SqlName } from '../common/sql.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import type { Change, ChangeClass, Side } from './change.ts';
import { policiesOf, rowSecurityIn, switched, type Policy } from './row-security.ts';
import { compared, conditionOf, type Comparison } from './expressions.ts';
import { code, lastName, named } from './words.ts';

/** Row-level security that was switched, and policies that show other rows than before, for tables that both sides have. */
export function policyChanges(base: Side, head: Side, parser: SqlParser): Change[] {
  const [were, are] = [rowSecurityIn(base.facts), rowSecurityIn(head.facts)];
  return [...are].flatMap(([table, is]) => {
    const was = were.get(table);
    if (was === undefined) {
      return [];
    }
    const [old, young] = [policiesOf(base.facts, table), policiesOf(head.facts, table)];
    return [
      ...switched(table, was, is, old, young),
      // If row security was or is off, its policies have no effect, and only the switch is reported.
      ...(was.enabled && is.enabled ? changesOf(table, old, young, parser) : []),
      ...(!was.enabled && !is.enabled ? asleep(table, old, young) : []),
    ];
  });
}

function changesOf(table: SqlName, old: readonly Policy[], young: readonly Policy[], parser: SqlParser): Change[] {
  return paired(old, young).flatMap(({ was, is }) => {
    if (was === undefined) {
      return [
        saysOf(is!, is!.permissive ? 'widens' : 'narrows', ` is new: ${effect(is!, 'opens', 'keeps to')}`, 'create'),
      ];
    }
    if (is === undefined) {
      const rest =
        was.permissive && !young.some(({ permissive }) => permissive) ? ', and none is left that opens any' : '';
      return [
        saysOf(
          was,
          was.permissive ? 'narrows' : 'widens',
          ` is gone: ${effect(was, 'opened', 'kept to')}${rest}`,
          'drop',
        ),
      ];
    }
    const steps = stepsOf(was, is, parser);
    const words = steps.map((step) => step.words).filter((text) => text !== '');
    const to = classOf(steps.map((step) => step.to));
    if (to === 'same') {
      return [];
    }
    const opens = { wider: 'opens more rows', narrower: 'opens fewer rows', unclear: 'opens other rows' };
    const keeps = {
      wider: 'holds back fewer rows',
      narrower: 'holds back more rows',
      unclear: 'holds back other rows',
    };
    return [saysOf(is, classes[to], ` ${(is.permissive ? opens : keeps)[to]}: ${words.join('; ')}`, 'alter')];
  });

  function saysOf(policy: Policy, to: ChangeClass, words: string, verb: 'create' | 'alter' | 'drop'): Change {
    const names = [policy.name, lastName(table)];
    const verbs = { create: ['create policy'], alter: ['alter policy', 'create policy'], drop: ['drop policy'] };
    return {
      class: to,
      about: 'rows',
      lead: `Policy ${code(policy.name)} on ${code(table)} (${policy.command}, for ${named(policy.roles)})${words}`,
      tail: '',
      clues: [
        { verbs: verbs[verb], names },
        { verbs: ['policy'], names },
      ],
    };
  }
}

const classes: Record<Exclude<Comparison, 'same'>, ChangeClass> = {
  wider: 'widens',
  narrower: 'narrows',
  unclear: 'unclear',
};

/** Policies of both sides, paired by name, then one that is gone with the one that replaced it. */
function paired(old: readonly Policy[], young: readonly Policy[]): { was?: Policy; is?: Policy }[] {
  const byName = new Map(young.map((one) => [one.name, one]));
  const gone = old.filter(({ name }) => !byName.has(name));
  const come = young.filter(({ name }) => !old.some((one) => one.name === name));
  const replaced = gone.flatMap((was) => {
    const alike = (one: Policy, other: Policy) => one.permissive === other.permissive && one.command === other.command;
    const candidates = come.filter((is) => alike(was, is));
    const same = candidates.filter((is) => detailOf(is) === detailOf(was));
    const only = gone.filter((one) => alike(one, was)).length === 1 && candidates.length === 1;
    const is = same.length === 1 ? same[0]! : only ? candidates[0]! : undefined;
    return is === undefined ? [] : [{ was, is }];
  });
  const taken = new Set(replaced.flatMap(({ was, is }) => [was, is]));
  return [
    ...old.filter(({ name }) => byName.has(name)).map((was) => ({ was, is: byName.get(was.name)! })),
    ...replaced,
    ...gone.filter((was) => !taken.has(was)).map((was) => ({ was })),
    ...come.filter((is) => !taken.has(is)).map((is) => ({ is })),
  ];
}

function detailOf({ permissive, command, roles, using, check }: Policy): string {
  return JSON.stringify({ permissive, command, roles, using, check });
}

function stepsOf(was: Policy, is: Policy, parser: SqlParser): { to: Comparison; words: string }[] {
  const compare = (before: string | undefined, after: string | undefined) =>
    compared(conditionOf(before, parser), conditionOf(after, parser));
  // Without WITH CHECK, USING applies, except for SELECT and DELETE, which check nothing.
  const checks = (policy: Policy) => policy.check ?? policy.using;
  const hasCheck = is.command !== 'SELECT' && is.command !== 'DELETE';
  const using = compare(was.using, is.using);
  const check = hasCheck ? compare(checks(was), checks(is)) : 'same';
  const isCheckOwn = was.check !== undefined || is.check !== undefined;
  return [
    { to: using, words: using === 'same' ? '' : `USING was ${shown(was.using)}, is ${shown(is.using)}` },
    {
      to: check,
      words: check === 'same' || !isCheckOwn ? '' : `WITH CHECK was ${shown(checks(was))}, is ${shown(checks(is))}`,
    },
    {
      ...sets(was.roles, is.roles, is.permissive, everyone),
      words: same(was.roles, is.roles) ? '' : `it was for ${named(was.roles)}`,
    },
    {
      ...sets([was.command], [is.command], is.permissive, 'ALL'),
      words: was.command === is.command ? '' : `it was for ${was.command}`,
    },
    was.permissive === is.permissive
      ? { to: 'same', words: '' }
      : is.permissive
        ? { to: 'wider', words: 'it was restrictive, is permissive' }
        : { to: 'narrower', words: 'it was permissive, is restrictive' },
  ];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join('\t') === b.toSorted().join('\t');
}

/** The commands or roles of a policy: more of them widen a permissive policy and narrow a restrictive one. */
function sets(was: readonly string[], is: readonly string[], permissive: boolean, all: string): { to: Comparison } {
  if (same(was, is)) {
    return { to: 'same' };
  }
  const within = (some: readonly string[], others: readonly string[]) =>
    others.includes(all) || some.every((one) => others.includes(one));
  const [grew, shrank] = [within(was, is), within(is, was)];
  return { to: grew === shrank ? 'unclear' : grew === permissive ? 'wider' : 'narrower' };
}

function classOf(comparisons: readonly Comparison[]): Comparison {
  const told = new Set(comparisons.filter((one) => one !== 'same'));
  return told.size === 0 ? 'same' : told.size === 1 ? [...told][0]! : 'unclear';
}

function shown(expression: string | undefined): string {
  return expression === undefined ? 'not there' : code(expression);
}

function effect({ using, check, permissive }: Policy, opens: string, keeps: string): string {
  const rows =
    using !== undefined
      ? `rows with ${code(using)}`
      : check !== undefined
        ? `new rows with ${code(check)}`
        : 'every row';
  return `it ${permissive ? opens : keeps} ${rows}`;
}

/** Policies of a table without row security. They restrict nobody. */
function asleep(table: SqlName, old: readonly Policy[], young: readonly Policy[]): Change[] {
  const [were, are] = [old, young].map((all) =>
    all
      .map((one) => `${one.name} ${detailOf(one)}`)
      .toSorted()
      .join('\n'),
  );
  const names = young.map(({ name }) => name);
  return were === are
    ? []
    : [
        {
          class: 'moves',
          about: 'rows',
          lead: `Policies on ${code(table)} changed (${names.length === 0 ? 'none is left' : named(names)}) and hold nobody: its row-level security is off`,
          tail: '',
          clues: [{ verbs: ['create policy', 'alter policy', 'drop policy'], names: [lastName(table)] }],
        },
      ];
}
