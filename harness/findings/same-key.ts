import { severityRank, type Finding } from './finding.ts';

/** Codes of what the catalog shows of a key, which an attempt may prove. */
const ofCatalog: ReadonlySet<string> = new Set(['unique-key-without-tenant', 'foreign-key-without-tenant']);
const ofAttempts = 'existence-oracle';

/**
 * The findings with one for each key: what an attempt proved by a key carries what the catalog says of it, with the SQL that repairs
 * it. What no attempt proved stays, because another login, or another row, may prove it.
 */
export function oneForEachKey(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ object, access = '' }: Finding) => JSON.stringify([object, access]);
  const said = new Map(findings.filter(({ code }) => ofCatalog.has(code)).map((one) => [keyOf(one), one]));
  const proven = new Set(findings.filter(({ code }) => code === ofAttempts).map(keyOf));
  return findings
    .filter((one) => !(ofCatalog.has(one.code) && proven.has(keyOf(one))))
    .map((one) => {
      const other = one.code === ofAttempts ? said.get(keyOf(one)) : undefined;
      return other === undefined
        ? one
        : {
            ...one,
            severity: severityRank[other.severity] < severityRank[one.severity] ? other.severity : one.severity,
            message: `${one.message}; ${other.message}`,
            remedy: other.remedy,
            carries: other.code,
          };
    });
}

/**
 * Whether an acceptance of one code covers a finding of the other, because both are about the same key. The names of the key must be
 * said, for the codes are about other keys too.
 */
export function isOfSameKey(
  accepted: { code: string; access?: string | undefined },
  finding: Pick<Finding, 'code' | 'carries'>,
): boolean {
  return (
    accepted.code === finding.carries ||
    (accepted.code === ofAttempts && accepted.access !== undefined && ofCatalog.has(finding.code))
  );
}
