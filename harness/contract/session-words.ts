import { indexBy } from '../common/index-by.ts';
import type { ParsedContract } from './contract.ts';
import { sessionsOf, tenantsOf, type ContractSession } from './sessions.ts';

/** A session in words for a person who knows the project. */
export interface SessionInWords {
  /** Its name; null for a login that is used as it is. */
  session: string | null;
  /** Logins that open it: several if each tenant has one. */
  logins: string[];
  /** Who it is: its title in the contract, otherwise how the login becomes a tenant. */
  words: string;
  /** How the login becomes a tenant: the login, the role that it takes, what it sets and runs. */
  how: string;
}

/** Every session of the contract in words, in order. A session that exists for each tenant appears once. */
export function sessionsInWords(contract: ParsedContract): SessionInWords[] {
  const byName = indexBy(sessionsOf(contract), ({ name, login }) => [JSON.stringify(name ?? [login])]);
  return [...byName.values()].map((all) => {
    const { name } = all[0]!;
    const logins = [...new Set(all.map(({ login }) => login))];
    const how = howOf(all, logins.join(' or '));
    return { session: name, logins, words: contract.sessions[name ?? '']?.title ?? how, how };
  });
}

/** What the contract calls its tenants: the names of their values, for example "user", or "org and user". */
export function tenantInWords(contract: Pick<ParsedContract, 'tenancy'>): string {
  return Object.keys(tenantsOf(contract)?.own ?? { tenant: '' }).join(' and ');
}

function howOf(sessions: readonly ContractSession[], logins: string): string {
  const { role, set, run, sees } = sessions[0]!;
  const roles = [...new Set(sessions.flatMap((one) => one.role ?? []))].join(' or ');
  const parts = [
    ...(role === null ? [] : [`takes the role ${roles}`]),
    ...Object.entries(set).map(([name, value]) => `sets ${name} to ${value}`),
    ...run.map((statement) => `runs ${statement}`),
  ];
  if (parts.length > 0) {
    return `${logins}, which ${parts.join(', ')}`;
  }
  return sees === 'nothing' ? `${logins}, before it has become anybody` : `${logins} as it is`;
}
