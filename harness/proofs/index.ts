import { accessMap } from './access-map/proof.ts';
import { buildPaths } from './build-paths/proof.ts';
import { bypass } from './bypass/proof.ts';
import { closedWorld } from './closed-world/proof.ts';
import { definerRows } from './definer-rows/proof.ts';
import { deficiencies } from './deficiencies/proof.ts';
import { failClosed } from './fail-closed/proof.ts';
import { futureObjects } from './future-objects/proof.ts';
import { liveAccess } from './live-access/proof.ts';
import { onlyPath } from './only-path/proof.ts';
import { oracles } from './oracles/proof.ts';
import { privilegeDiff } from './privilege-diff/proof.ts';
import type { Proof } from './proof.ts';
import { suites } from './suites/proof.ts';
import { tenantArgument } from './tenant-argument/proof.ts';
import { traces } from './traces/proof.ts';
import { truthTableProof } from './truth-table/proof.ts';

/** All proofs, in the order in which they are observed, judged and shown. */
export const proofs = [
  closedWorld,
  bypass,
  deficiencies,
  truthTableProof,
  accessMap,
  liveAccess,
  failClosed,
  onlyPath,
  oracles,
  tenantArgument,
  definerRows,
  futureObjects,
  suites,
  buildPaths,
  privilegeDiff,
  traces,
] as const;

/** The list with a common type, for loops: each proof gets what the whole list has seen. */
export const everyProof = proofs as unknown as readonly Proof<string, unknown, object, object, object>[];

/** The intersection of the types in a union. */
export type Intersected<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
