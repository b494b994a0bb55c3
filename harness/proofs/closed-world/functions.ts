import type { Fact } from '../../catalog/fact.ts';
import type { SqlName } from '../../common/sql.ts';
import type { FunctionContract } from '../../contract/contract.ts';
import { contractLines, type ContractPart } from '../../findings/contract-lines.ts';
import { definerEntry } from '../../findings/declaration.ts';
import type { Finding } from '../../findings/finding.ts';

/** What a contract says of a SECURITY DEFINER function alone, and what facts call it. */
const ofDefiners = { search_path: 'search_path', body_sha256: 'body', returns: 'returns' } as const;
const digests = { body_sha256: 'body', returns: 'returns' } as const;

/** What of a function's security is otherwise than the contract says. */
export function judgeFunction(facts: readonly Fact[], fn: SqlName, contracted: FunctionContract): Finding[] {
  const known = facts.some(({ kind, object }) => kind === 'function' && object === fn);
  const definer = facts.find(({ object, property }) => object === fn && property === 'security-definer')?.detail;
  if (!known) {
    return [];
  }
  const at = { code: 'changed-function', severity: 'high', object: fn, identity: '' } as const;
  const { security, search_path } = contracted;
  const of = (entry: ContractPart) => ({ functions: { [fn]: entry } });
  const seen = definer === undefined ? 'invoker' : 'definer';
  if (seen !== security) {
    const message = `${fn} is SECURITY ${seen.toUpperCase()}; the contract says ${security.toUpperCase()}`;
    const said = Object.keys(ofDefiners).flatMap((key): [string, unknown][] => {
      const value = contracted[key as keyof typeof ofDefiners];
      return value === undefined ? [] : [[key, value]];
    });
    return [
      {
        ...at,
        access: 'security',
        message,
        remedy: `ALTER FUNCTION ${fn} SECURITY ${security.toUpperCase()};`,
        ...contractLines(
          definer === undefined
            ? { retract: of({ security, ...Object.fromEntries(said) }) }
            : { declare: of(definerEntry(definer)) },
        ),
      },
    ];
  }
  if (definer === undefined) {
    return [];
  }
  const findings: Finding[] = [];
  const path = definer['search_path'];
  if (path !== search_path) {
    const message = `${fn} has ${path === undefined ? 'no search_path' : `search_path = ${String(path)}`}; the contract says ${search_path ?? 'none'}`;
    const remedy =
      search_path === undefined
        ? `ALTER FUNCTION ${fn} RESET search_path;`
        : `ALTER FUNCTION ${fn} SET search_path = ${search_path};`;
    findings.push({
      ...at,
      access: 'search_path',
      message,
      remedy,
      ...contractLines(path === undefined ? { retract: of({ search_path }) } : { declare: of({ search_path: path }) }),
    });
  }
  const { config } = definer;
  if (config !== undefined) {
    const message = `${fn} also sets ${String(config)}; the contract knows no setting of it but search_path`;
    const restored = search_path === undefined ? '' : ` ALTER FUNCTION ${fn} SET search_path = ${search_path};`;
    findings.push({ ...at, access: 'config', message, remedy: `ALTER FUNCTION ${fn} RESET ALL;${restored}` });
  }
  for (const [key, fact] of Object.entries(digests)) {
    const wanted = contracted[key as keyof typeof digests];
    if (wanted !== undefined && wanted !== definer[fact]) {
      const message = `${fn} has another ${fact === 'body' ? 'body' : 'result'} than the contract: ${String(definer[fact])}, not ${wanted}`;
      findings.push({
        ...at,
        access: fact,
        message,
        remedy: `Restore ${fn} from its migration.`,
        ...contractLines({ declare: of({ [key]: definer[fact] }) }),
      });
    }
  }
  return findings;
}
