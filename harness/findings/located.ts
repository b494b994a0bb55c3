import type { Contract } from '../contract/parse-contract.ts';
import type { ContractPath } from '../contract/source.ts';
import type { Finding } from './finding.ts';

/** The finding with the line of the contract that names its object, otherwise its identity; unchanged if none does. */
export function located({ contract, file, source }: Contract, finding: Finding): Finding {
  if (finding.location !== undefined) {
    return finding;
  }
  const { object, identity } = finding;
  // A column is listed with its table.
  const table = object.slice(0, Math.max(0, object.lastIndexOf('.')));
  const deficiency = contract.deficiencies.findIndex(({ id }) => id === object);
  const candidates: [boolean, ContractPath][] = [
    [object in contract.tables, ['tables', object]],
    [table in contract.tables, ['tables', table]],
    [object in contract.functions, ['functions', object]],
    [object in contract.schemas, ['schemas', object]],
    [object in contract.sessions, ['sessions', object]],
    [object === 'database', ['database']],
    [deficiency !== -1, ['deficiencies', deficiency]],
    [identity in contract.identities, ['identities', identity]],
  ];
  const path = candidates.find(([applies]) => applies)?.[1];
  if (path === undefined) {
    return finding;
  }
  // An entry with a placeholder applies to every tenant: lines for one tenant's object would be in no entry of the file.
  const isForTenants = source.asWritten(path)[1] !== path[1];
  return { ...(isForTenants ? withoutLines(finding) : finding), location: { file, line: source.lineOf(path) } };
}

function withoutLines(finding: Finding): Finding {
  const rest = { ...finding };
  delete rest.declare;
  delete rest.retract;
  return rest;
}
