import path from 'node:path';

import { messageOf, RolecallError } from '../common/errors.ts';
import { notThere, plainFileFault, readPlainFile } from '../common/plain-file.ts';
import type { Evidence } from './evidence.ts';
import { keylessName } from './manifest.ts';
import { parseStatement, payloadType, statementFaults, statementOf } from './statement.ts';

const largest = 50_000_000;

/** Where a certificate is issued and the signature is logged. If undefined, Sigstore's public services. */
export interface SigstoreServices {
  fulcioURL?: string | undefined;
  rekorURL?: string | undefined;
}

/**
 * The text of the bundle in which the holder of an identity token signs the statement about a pack. The library is loaded only
 * here.
 */
export async function keylessBundle(
  evidence: Evidence,
  manifest: string,
  identityToken: string,
  { fulcioURL, rekorURL }: SigstoreServices = {},
): Promise<string> {
  const { attest } = await import('sigstore');
  try {
    const bundle = await attest(Buffer.from(JSON.stringify(statementOf(evidence, manifest))), payloadType, {
      identityToken,
      ...(fulcioURL === undefined ? {} : { fulcioURL }),
      ...(rekorURL === undefined ? {} : { rekorURL }),
    });
    return `${JSON.stringify(bundle, null, 2)}\n`;
  } catch (error) {
    throw new RolecallError('signing-failed', {
      message: `the pack was not signed by Sigstore, and not written: ${withoutToken(messageOf(error), identityToken)}`,
      next: 'See that the job reaches fulcio.sigstore.dev and rekor.sigstore.dev and has `permissions: { id-token: write }`; or run without --keyless.',
    });
  }
}

const withoutToken = (text: string, token: string) => text.replaceAll(token, '[identity token]');

/** Who must have signed, who vouches for that, and which trust root counts. */
export interface KeylessPolicy {
  /** The complete identity in the certificate: an e-mail address, or the URL of a workflow. */
  identity: string;
  issuer: string;
  /** A file with the trust root. If undefined, Sigstore's own, which its library fetches or caches. */
  trustRoot: string | undefined;
}

/** Whether the pack has such a bundle, and what is wrong with it, one line each. */
export interface KeylessCheck {
  state: 'unsigned' | 'unchecked' | 'good' | 'bad';
  faults: string[];
}

/**
 * Checks the bundle of a pack with the required signer, and its statement with the pack. Without a policy it only reports whether
 * there is a bundle.
 */
export async function checkKeyless(
  folder: string,
  evidence: Evidence,
  manifest: string,
  policy: KeylessPolicy | undefined,
): Promise<KeylessCheck> {
  const file = path.join(folder, keylessName);
  if ((await plainFileFault(file, { links: 'refused' })) === notThere) {
    return policy === undefined
      ? { state: 'unsigned', faults: [] }
      : { state: 'bad', faults: [`the pack has no keyless signature: there is no ${keylessName}`] };
  }
  if (policy === undefined) {
    return { state: 'unchecked', faults: [] };
  }
  const trust = await trustOf(policy);
  const { bundleFromJSON, isBundleWithDsseEnvelope } = await import('@sigstore/bundle');
  const { Verifier, toSignedEntity } = await import('@sigstore/verify');
  try {
    const bundle = bundleFromJSON(JSON.parse(String(await readPlainFile(file, { limit: largest, links: 'refused' }))));
    if (!isBundleWithDsseEnvelope(bundle)) {
      return { state: 'bad', faults: [`${keylessName} signs no statement`] };
    }
    // The library takes a pattern. One that is not bound to both ends would accept others.
    const subjectAlternativeName = `^${policy.identity.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)}$`;
    new Verifier(trust).verify(toSignedEntity(bundle), {
      subjectAlternativeName,
      extensions: { issuer: policy.issuer },
    });
    const { payload, payloadType: type } = bundle.content.dsseEnvelope;
    const faults =
      type === payloadType
        ? statementFaults(parseStatement(payload.toString('utf8')), evidence, manifest)
        : [`the keyless signature is about ${type}, not about a pack`];
    return { state: faults.length === 0 ? 'good' : 'bad', faults };
  } catch (error) {
    return { state: 'bad', faults: [`${keylessName}: ${messageOf(error)}`] };
  }
}

async function trustOf({ trustRoot }: KeylessPolicy) {
  const { toTrustMaterial } = await import('@sigstore/verify');
  const { TrustedRoot } = await import('@sigstore/protobuf-specs');
  if (trustRoot !== undefined) {
    try {
      return toTrustMaterial(
        TrustedRoot.fromJSON(JSON.parse(String(await readPlainFile(trustRoot, { limit: largest })))),
      );
    } catch (error) {
      throw new RolecallError('bad-argument', {
        message: `--trust-root ${trustRoot} is not a trust root of Sigstore: ${messageOf(error)}`,
        next: 'Give the trusted_root.json of Sigstore, or of your own instance.',
        cause: error,
      });
    }
  }
  const { getTrustedRoot } = await import('@sigstore/tuf');
  try {
    return toTrustMaterial(await getTrustedRoot());
  } catch (error) {
    throw new RolecallError('bad-argument', {
      message: `the trust root of Sigstore could not be had: ${messageOf(error)}`,
      next: 'That takes the network, once; or give the file with --trust-root FILE.',
      cause: error,
    });
  }
}
