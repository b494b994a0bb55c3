import { parse } from 'yaml';

import { tableOf } from '../catalog/identifiers.ts';
import { indexBy } from '../common/index-by.ts';
import type { SqlName } from '../common/sql.ts';
import { listed } from '../common/text.ts';
import { unnamedCode } from '../contract/code-references.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { contractedObjects } from '../contract/declared.ts';
import { contractLines, together, type ContractPart } from './contract-lines.ts';
import { withContradictions } from './contradictions.ts';
import type { Finding } from './finding.ts';

/** Who still asks for what a remedy takes away, in words, and the lines of the contract that ask for it. */
export interface AskedFor {
  words: string;
  lines: string;
}

/**
 * Whether a remedy takes nothing but what the contract's own grants give on its object, behind which stands no need that somebody
 * wrote: a draft declares what it finds, the bad grant as well, and its suites assert it. `fresh` is what the remedy would bring.
 */
export function askedFor(
  contract: ParsedContract,
  { object }: Pick<Finding, 'object'>,
  fresh: readonly Finding[],
): AskedFor | undefined {
  const asserted = fresh.filter(({ code }) => code === 'assertion-failed');
  const closed = fresh.filter(({ code }) => code === 'missing-access' || code === 'unexpected-closed');
  const isWhole = asserted.length + closed.length === fresh.length;
  if (closed.length === 0 || !isWhole || closed.some((one) => one.declare !== undefined || !isOn(one, object))) {
    return undefined;
  }
  const grants = closed.flatMap(({ retract }) => grantsIn(retract));
  const { retract = {} } = withContradictions(contract, { retract: together(...grants) });
  const lines = contractLines({ retract }).retract;
  return grants.length < closed.length || lines === undefined || takesNamedNeed(contract, retract)
    ? undefined
    : { words: wordsOf(asserted), lines };
}

/** A column's grants are its table's. */
function isOn(one: Finding, object: SqlName): boolean {
  return one.object === object || (!object.includes('(') && one.object === tableOf(object));
}

/** The grants alone of what a finding would take out of the contract: which needs go with them all is another matter. */
function grantsIn(lines: string | undefined): ContractPart[] {
  const part = lines === undefined ? {} : (parse(lines) as Readonly<Record<string, Readonly<Record<string, Entry>>>>);
  const found = Object.entries(part).flatMap(([section, objects]): ContractPart[] =>
    section === 'database'
      ? [{ database: objects }]
      : Object.entries(objects).flatMap(([object, { grants }]) =>
          grants === undefined ? [] : [{ [section]: { [object]: { grants } } }],
        ),
  );
  return found.length === 0 ? [] : [together(...found)];
}

interface Entry {
  grants?: object;
  needs?: readonly { identity: string; access: readonly string[] }[];
}

function takesNamedNeed(contract: ParsedContract, retract: ContractPart): boolean {
  return contractedObjects(contract).some(({ section, object, entry }) => {
    const gone = (retract[section] as Readonly<Record<string, Entry>> | undefined)?.[object]?.needs ?? [];
    return entry.needs.some(
      ({ identity, access, required_by }) =>
        required_by !== unnamedCode &&
        gone.some((one) => one.identity === identity && one.access.some((word) => access.some((has) => has === word))),
    );
  });
}

function wordsOf(asserted: readonly Finding[]): string {
  const bySuite = indexBy(asserted, ({ assertion, location }) => [location?.file ?? assertion!.suite]);
  const suites = [...bySuite].map(([file, its]) => {
    const numbers = its.map(({ assertion }) => String(assertion!.number));
    return `${file} (assertion${numbers.length === 1 ? '' : 's'} ${listed(numbers)})`;
  });
  return suites.length === 0
    ? 'the contract still asks for it'
    : `the contract still asks for it, and so ${suites.length === 1 ? 'does' : 'do'} ${listed(suites)}: change ${suites.length === 1 ? 'the suite' : 'the suites'} too`;
}
