import { sql, type SqlText } from '../../common/sql.ts';
import type { FunctionDefinition } from '../definitions.ts';
import { headIndex, type HeadIndex } from '../head-index.ts';
import type { Change, MutationState, Operator } from '../mutant.ts';

/** Breaks of functions that run as their owner. Facts describe only these functions. */
export const functions: Operator[] = [
  {
    ...eachFunction(
      'security-invoker',
      'Makes a SECURITY DEFINER function run as its caller, who may not do what it does.',
      (fn, definer) =>
        definer
          ? { description: 'runs as its caller', sql: sql`alter routine ${fn.object} security invoker` }
          : undefined,
    ),
    narrowing: true,
  },
  eachFunction(
    'security-definer',
    'Makes a function run as its owner, whose rights every caller then has.',
    (fn, definer) =>
      definer ? undefined : { description: 'runs as its owner', sql: sql`alter routine ${fn.object} security definer` },
  ),
  eachFunction(
    'search-path-reset',
    'Lets the caller of a SECURITY DEFINER function say where its names are looked up.',
    (fn, definer) =>
      definer?.searchPath === undefined
        ? undefined
        : {
            description: 'looks its names up where its caller says',
            sql: sql`alter routine ${fn.object} reset search_path`,
          },
  ),
  eachFunction(
    'search-path-writable',
    'Lets a SECURITY DEFINER function look first where everybody may create objects.',
    (fn, definer) =>
      definer && !definer.searchPath?.startsWith('pg_temp')
        ? {
            description: 'looks first among temporary objects',
            sql: sql`alter routine ${fn.object} set search_path = pg_temp, public`,
          }
        : undefined,
  ),
  eachFunction(
    'widen-body',
    'Makes a SECURITY DEFINER function return more than it did: name, owner and grants stay as they were.',
    ({ widened }, definer) =>
      definer && widened !== null ? { description: 'returns more rows', sql: widened } : undefined,
  ),
  eachFunction(
    'leakproof',
    'Calls a function LEAKPROOF: it is then shown rows before row security has hidden them.',
    (fn, definer) =>
      definer?.leakproof === false && fn.kind === 'f'
        ? { description: 'is called leakproof', sql: sql`alter function ${fn.object} leakproof` }
        : undefined,
  ),
];

interface Definer {
  searchPath: SqlText | undefined;
  leakproof: boolean;
}

function eachFunction(
  name: string,
  about: string,
  change: (fn: FunctionDefinition, definer: Definer | undefined) => { description: string; sql: SqlText } | undefined,
): Operator {
  function* changes(state: MutationState): Iterable<Change> {
    const definers = definersOf(headIndex(state));
    const contracted = state.definitions.functions.filter(
      ({ object, kind }) => object in state.contract.functions && (kind === 'f' || kind === 'p'),
    );
    for (const fn of contracted) {
      const changed = change(fn, definers.get(fn.object));
      if (changed !== undefined) {
        yield { object: fn.object, description: `${fn.object} ${changed.description}.`, sql: sql`${changed.sql};` };
      }
    }
  }
  return { name, about, changes };
}

function definersOf(head: HeadIndex): Map<string, Definer> {
  return new Map(
    head.facts('function', 'security-definer').map(({ object, detail }) => [
      object,
      {
        searchPath: detail['search_path'] === undefined ? undefined : String(detail['search_path']),
        leakproof: detail['leakproof'] === true,
      },
    ]),
  );
}
