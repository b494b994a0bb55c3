import type { ParsedContract } from '../contract/contract.ts';
import { contractedObjects } from '../contract/declared.ts';
import type { Gateway } from './classify.ts';
import type { ReviewInput, ReviewOrigin } from './review.ts';

/** What a review of a live database knows besides its facts: the contract, if there is one. Nothing was tried. */
export function inputOfContract(
  contract: ParsedContract | undefined,
  origin: ReviewOrigin,
): { input: ReviewInput; gateways: Gateway[] } {
  const identities = Object.entries(contract?.identities ?? {}).map(([name, { kind }]) => ({ name, kind }));
  const needs =
    contract === undefined
      ? []
      : contractedObjects(contract).flatMap(({ object, entry }) =>
          entry.needs.flatMap(({ identity, access, required_by }) =>
            access.map((privilege) => ({ identity, object, privilege, requiredBy: required_by })),
          ),
        );
  const gateways = Object.entries(contract?.tables ?? {}).flatMap(([table, { only_through }]) =>
    only_through.map((fn) => ({ table, function: fn })),
  );
  return { input: { origin, identities, needs, used: [], truth: [], findings: [] }, gateways };
}
