import type { RoleName, SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { declaredMemberships, sections } from '../contract/declared.ts';
import { contractLines, type ContractLines, type ContractPart } from './contract-lines.ts';
import { withContradictions } from './contradictions.ts';

/** Lines to take out of a contract where a grant of it is not there any more on purpose; `kept` is what of it stays. */
export function retractGrant(
  contract: ParsedContract,
  object: SqlName,
  grantee: RoleName,
  { word, kept }: { word: string; kept?: string | undefined },
): ContractLines {
  const at = (words: readonly string[]): ContractPart => {
    const grants = { grants: { [grantee]: words } };
    const section = Object.values(sections).find((one) => Object.hasOwn(contract[one], object));
    return section === undefined ? { database: grants } : { [section]: { [object]: grants } };
  };
  const change = { retract: at([word]), declare: kept === undefined ? {} : at([kept]) };
  return contractLines(withContradictions(contract, change, object));
}

/** The same of a membership. */
export function retractMembership(contract: ParsedContract, member: RoleName, group: RoleName): ContractLines {
  const at = declaredMemberships(contract, member).findIndex(({ role }) => role === group);
  const entry = contract.identities[member]!.member_of[at];
  return contractLines(withContradictions(contract, { retract: { identities: { [member]: { member_of: [entry] } } } }));
}

/** The same of a setting. */
export function retractSetting(role: RoleName, setting: string, value: string): ContractLines {
  return contractLines({ retract: { identities: { [role]: { settings: { [setting]: value } } } } });
}

/** The same of an attribute. A login is none without LOGIN; and where no attribute is left, none is said. */
export function retractAttribute(
  { identities }: ParsedContract,
  role: RoleName,
  attribute: string,
  wanted: readonly string[],
): ContractLines {
  const { kind, attributes } = identities[role]!;
  const left = wanted.filter((word) => word !== attribute);
  if (kind === 'login' && attribute === 'LOGIN') {
    return {};
  }
  return contractLines(
    attributes === undefined
      ? { declare: { identities: { [role]: { attributes: left } } } }
      : left.length === 0
        ? {}
        : { retract: { identities: { [role]: { attributes: [attribute] } } } },
  );
}
