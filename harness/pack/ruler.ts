import { byCodeUnit } from '../common/order.ts';
import { reaches } from '../common/proof-level.ts';
import type { Evidence } from './evidence.ts';

/** How the measures of two packs differ: everything, one line each, and the lines that measure less. */
export interface RulerChange {
  changed: string[];
  weaker: string[];
}

type Measured = Pick<Evidence, 'run' | 'findings' | 'verdict'> & { unproven: Evidence['unproven'] };

/** How the contract, the suites with their controls, the demanded level, the acceptances and the tool differ. Pure. */
export function rulerChange(before: Measured, after: Measured): RulerChange {
  const [old, young] = [suitesOf(before), suitesOf(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])].toSorted(byCodeUnit);
  const gone = names.filter((name) => !young.has(name)).map((name) => `${name} is gone`);
  const changed = [
    ...(before.run.contract_sha256 === after.run.contract_sha256 ? [] : [`${after.run.contract_file} is another one`]),
    ...names.filter((name) => !old.has(name)).map((name) => `${name} is new`),
    ...names
      .filter((name) => old.has(name) && young.has(name) && old.get(name) !== young.get(name))
      .map((name) => `${name} is another one`),
    ...(before.run.tool_version === after.run.tool_version
      ? []
      : [`rolecall is ${after.run.tool_version}, it was ${before.run.tool_version}`]),
  ];
  const [asked, asks] = [before.verdict.proof.demanded, after.verdict.proof.demanded];
  const level = asked === asks ? [] : [`the level of proof that is demanded is ${asks}, it was ${asked}`];
  const isLower = !reaches(asks, asked);
  const known = acceptedIn(before);
  const accepted = [...acceptedIn(after)].filter((one) => !known.has(one)).map((one) => `accepted now: ${one}`);
  const weaker = [...gone, ...(isLower ? level : []), ...accepted];
  return { changed: [...changed, ...(isLower ? [] : level), ...weaker], weaker };
}

function suitesOf({ run }: Measured): Map<string, string> {
  const files = run.inputs.filter(({ kind }) => kind === 'suite' || kind === 'control');
  return new Map(files.map(({ kind, name, sha256 }) => [`the ${kind} ${name}`, sha256]));
}

function acceptedIn({ findings, unproven }: Measured): Set<string> {
  return new Set([
    ...findings
      .filter((one) => one.accepted !== undefined)
      .map(({ code, identity, access = '', object }) =>
        [code, identity, access, object].filter((word) => word !== '').join(' '),
      ),
    ...unproven
      .filter((one) => one.accepted !== undefined)
      .map(({ identity, access, object }) =>
        ['unproven', identity, access, object].filter((word) => word !== '').join(' '),
      ),
  ]);
}
