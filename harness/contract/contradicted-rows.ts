import { privileges, type ParsedContract } from './contract.ts';
import {
  columnsIn,
  contractedObjects,
  declaredPrivileges,
  inheritedPrivileges,
  isJudged,
  type ContractedObject,
} from './declared.ts';
import { hasSessions } from './sessions.ts';

/** A need or denial that says other than the grants of the same contract. */
export interface ContradictedRow extends Pick<ContractedObject, 'section' | 'object'> {
  list: 'needs' | 'denies';
  index: number;
  identity: string;
  /** What is needed and not granted, or denied and granted. */
  access: string[];
}

/** Needs that no grant gives, and denials that a grant contradicts: of these objects, or of all. */
export function contradictedRows(
  contract: ParsedContract,
  objects: readonly ContractedObject[] = contractedObjects(contract),
): ContradictedRow[] {
  // With sessions, what is had by SET ROLE alone is the role's, and not the login's.
  const declaredTo = hasSessions(contract) ? inheritedPrivileges : declaredPrivileges;
  return objects.flatMap(({ section, kind, object, entry }) =>
    (['needs', 'denies'] as const).flatMap((list) =>
      entry[list].flatMap(({ identity, access }, index): ContradictedRow[] => {
        const role = contract.identities[identity];
        if (role === undefined || !isJudged(role)) {
          return [];
        }
        const known: readonly string[] = privileges[kind];
        const declared = declaredTo(contract, identity, object);
        const wanted = list === 'needs';
        const against = access.filter(
          (word) =>
            known.includes(word) &&
            (declared.has(word) || (!wanted && columnsIn(declared, word).length > 0)) !== wanted,
        );
        return against.length === 0 ? [] : [{ section, object, list, index, identity, access: against }];
      }),
    ),
  );
}
