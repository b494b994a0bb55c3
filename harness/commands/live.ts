import { RolecallError } from '../common/errors.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { identitiesOf } from '../contract/declared.ts';
import { stateOf, type State } from '../pipeline/head-state.ts';
import { readingCatalogs } from '../pipeline/unreadable.ts';
import { targetOf, type Target } from '../postgres/target.ts';
import type { Context } from './context.ts';

/** The database of `--url`. The environment says how long it may be silent. */
export function liveTarget(url: string, { answerTimeoutMs }: Pick<Context, 'answerTimeoutMs'>): Target {
  return { ...targetOf(url, '--url'), answerTimeoutMs };
}

/** The privilege state of the database of `--url`. Refuses with `catalogs-unreadable` if its login may not read it. */
export function liveState(url: string, context: Context, contract?: ParsedContract): Promise<State> {
  return readingCatalogs(() => stateOf(liveTarget(url, context), context.signal, contract));
}

/** Logins of a live system by identity: from `--login IDENTITY=URL`, otherwise from the variable that the contract names. */
export function liveLogins(
  contract: ParsedContract,
  given: readonly string[],
  { env, answerTimeoutMs }: Context,
): { logins: Map<string, Target>; without: string[] } {
  const logins = givenLogins(identitiesOf(contract, 'login'), given, { answerTimeoutMs });
  const without: string[] = [];
  for (const identity of identitiesOf(contract, 'login')) {
    const variable = contract.identities[identity]!.url_env;
    if (logins.has(identity)) {
      continue;
    }
    const url = variable === undefined ? undefined : env[variable];
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

/**
 * Logins by role, each from `IDENTITY=URL`. The role must be one of `names`. Refuses with `bad-argument`, without repeating
 * anything that may be a URL.
 */
export function givenLogins(
  names: readonly string[],
  given: readonly string[],
  { answerTimeoutMs }: Pick<Context, 'answerTimeoutMs'>,
): Map<string, Target> {
  const logins = new Map<string, Target>();
  for (const text of given) {
    const identity = names.find((name) => text.startsWith(`${name}=`));
    if (identity === undefined || logins.has(identity)) {
      throw new RolecallError('bad-argument', {
        message:
          identity === undefined ? 'a --login names no identity of kind login' : `there are two --login of ${identity}`,
        next: `It reads IDENTITY=URL, once for each; there are ${names.join(', ')}.`,
      });
    }
    const url = asDriverUrl(text.slice(identity.length + 1));
    logins.set(identity, { ...targetOf(url, `the URL of ${identity}`), answerTimeoutMs });
  }
  return logins;
}

/** Applications may name their driver in the scheme: `postgresql+asyncpg://`. */
function asDriverUrl(url: string): string {
  return url.replace(/^(postgres(?:ql)?)\+\w+:/, '$1:');
}

/** Whether a name or host says that this is production. */
export function looksLikeProduction({ host, database }: Target): boolean {
  return /prod/i.test(`${host} ${database}`);
}
