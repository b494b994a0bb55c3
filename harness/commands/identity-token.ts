import { messageOf, RolecallError } from '../common/errors.ts';
import type { SigstoreServices } from '../pack/keyless.ts';
import type { Context } from './context.ts';

/** Requests a token that tells Sigstore who signs. Refuses at once with `bad-argument` if there is nobody to give one. */
export function identityTokens({ env, signal }: Pick<Context, 'env' | 'signal'>): () => Promise<string> {
  const given = env['SIGSTORE_ID_TOKEN'];
  if (given) {
    return () => Promise.resolve(given);
  }
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const secret = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!url || !secret || !URL.canParse(url)) {
    throw new RolecallError('bad-argument', {
      message: '--keyless has no identity to sign with: there is no identity token here',
      next: 'In GitHub Actions give the job `permissions: { id-token: write }`; elsewhere put a token for the audience sigstore into SIGSTORE_ID_TOKEN; or sign with --key FILE.',
    });
  }
  // A token is valid for minutes, and a run may take longer. So it is requested when it is needed.
  return async () => {
    try {
      const asked = new URL(url);
      asked.searchParams.set('audience', 'sigstore');
      const response = await fetch(asked, {
        headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      });
      if (!response.ok) {
        throw new Error(`it answered ${response.status}`);
      }
      const { value } = (await response.json()) as { value?: unknown };
      if (typeof value !== 'string' || value === '') {
        throw new Error('its answer has no token');
      }
      return value;
    } catch (error) {
      signal.throwIfAborted();
      throw new RolecallError('signing-failed', {
        message: `the pack was not signed, and not written: GitHub gave no identity token: ${messageOf(error)}`,
        next: 'Run the job again, or without --keyless.',
      });
    }
  };
}

/** The instance of Sigstore that the environment names; by default the public one. */
export function sigstoreOf(env: Context['env']): SigstoreServices {
  return { fulcioURL: env['ROLECALL_FULCIO_URL'] || undefined, rekorURL: env['ROLECALL_REKOR_URL'] || undefined };
}
