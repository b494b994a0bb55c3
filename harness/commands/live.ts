import { RolecallError } from '../common/errors.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { identitiesOf } from '../contract/declared.ts';
import { targetOf, type Target } from '../postgres/target.ts';
import type { Context } from './context.ts';

/** Logins of a live system by identity: from `--login IDENTITY=URL`, else from the variable that the contract names. */
export function liveLogins(
  contract: ParsedContract,
  given: readonly string[],
  { env, answerTimeoutMs }: Context,
): { logins: Map<string, Target>; without: string[] } {
  const urls = new Map<string, string>();
  for (const text of given) {
    const at = text.indexOf('=');
    const identity = text.slice(0, at);
    // What stands there is not shown: it may be a URL with its password.
    if (at < 1 || !Object.hasOwn(contract.identities, identity) || contract.identities[identity]!.kind !== 'login') {
      throw new RolecallError('bad-argument', {
        message: 'a --login names no identity of kind login',
        next: `It reads IDENTITY=URL; there are ${identitiesOf(contract, 'login').join(', ')}.`,
      });
    }
    if (urls.has(identity)) {
      throw new RolecallError('bad-argument', {
        message: `there are two --login of ${identity}`,
        next: 'Give one URL for each identity.',
      });
    }
    urls.set(identity, text.slice(at + 1));
  }
  const logins = new Map<string, Target>();
  const without: string[] = [];
  for (const identity of identitiesOf(contract, 'login')) {
    const variable = contract.identities[identity]!.url_env;
    const url = urls.get(identity) ?? (variable === undefined ? undefined : env[variable]);
    if (url === undefined || url === '') {
      without.push(
        `${identity} was not tried: no URL for it; give --login ${identity}=URL${variable === undefined ? '' : ` or set ${variable}`}`,
      );
    } else {
      logins.set(identity, { ...targetOf(asDriverUrl(url), `the URL of ${identity}`), answerTimeoutMs });
    }
  }
  return { logins, without };
}

/** Applications name their driver in the scheme: `postgresql+asyncpg://`. */
function asDriverUrl(url: string): string {
  return url.replace(/^(postgres(?:ql)?)\+\w+:/, '$1:');
}

/** Whether a name or host says that this is production. */
export function looksLikeProduction({ host, database }: Target): boolean {
  return /prod/i.test(`${host} ${database}`);
}
