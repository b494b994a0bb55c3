import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { keylessBundle } from '../pack/keyless.ts';
import { writePack } from '../pack/write-pack.ts';
import { packFiles } from '../render/pack-files.ts';
import { proven } from '../render/evidence.fixture.ts';
import { testContext } from '../testing/head.ts';
import { standInSigstore, unsignedToken } from '../testing/sigstore.ts';
import { identityTokens, sigstoreOf } from './identity-token.ts';
import { verify } from './verify.ts';

const identity = 'https://github.com/acme/shop/.github/workflows/evidence.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';
const token = unsignedToken({ sub: identity, iss: issuer, aud: 'sigstore' });

let out: string;
let pack: string;
let root: string;
let sigstore: Awaited<ReturnType<typeof standInSigstore>>;
const env = () => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: `${sigstore.url}/token?job=1`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  ROLECALL_FULCIO_URL: sigstore.url,
  ROLECALL_REKOR_URL: sigstore.url,
});

beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'rolecall-keyless-'));
  sigstore = await standInSigstore(token);
  root = path.join(out, 'trusted_root.json');
  await writeFile(root, sigstore.trustRoot);
  const { context } = testContext(env());
  const ask = identityTokens(context);
  const silent = { log: '', version: '', artefacts: new Map<string, string>() };
  pack = await writePack(
    path.join(out, 'reports'),
    proven,
    packFiles(proven, { facts: { baseline: [], head: [] }, servers: { baseline: silent, head: silent } }),
    undefined,
    async (manifest) => keylessBundle(proven, manifest, await ask(), sigstoreOf(context.env)),
  );
});
afterAll(async () => {
  await sigstore.close();
  await rm(out, { recursive: true });
});

async function verified(of: string, options: Partial<Parameters<typeof verify>[1]> = {}) {
  const { context, answered } = testContext();
  const code = await verify(of, { format: 'text', ...options }, context);
  return { code, text: answered() };
}
const asked = () => ({ keyless: true as const, identity, issuer, trustRoot: root });

describe('a pack signed without a key', () => {
  it('asked the issuer for a token for sigstore, and holds the bundle', async () => {
    expect(sigstore.asked).toEqual([{ url: '/token?job=1&audience=sigstore', authorization: 'Bearer secret' }]);
    const bundle = await readFile(path.join(pack, 'attestation.sigstore.json'), 'utf8');
    expect(JSON.parse(bundle)).toMatchObject({ dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' } });
    expect(bundle).not.toContain(token);
  });

  it('is good for who signed it, without a network; and without the question its signature is told, not believed', async () => {
    const { code, text } = await verified(pack, asked());
    expect([code, text]).toEqual([0, expect.stringContaining(`Signed by ${identity}, for which ${issuer} vouches`)]);
    expect((await verified(pack)).text).toContain('It has a signature by Sigstore: --keyless');
  });

  it.each([
    ['another workflow', { identity: identity.replace('main', 'other') }],
    ['a part of the name', { identity: 'https://github.com/acme/' }],
    ['a pattern', { identity: '.*' }],
    ['another issuer', { issuer: 'https://example.org' }],
  ])('is not good for %s', async (_, other) => {
    const { code, text } = await verified(pack, { ...asked(), ...other });
    expect([code, text]).toEqual([1, expect.stringMatching(/sigstore.json: .*(identity|extension)/)]);
  });

  it('is not good by the trust root of another Sigstore, nor by what is none', async () => {
    const other = await standInSigstore(token);
    await writeFile(path.join(out, 'other.json'), other.trustRoot);
    await other.close();
    expect((await verified(pack, { ...asked(), trustRoot: path.join(out, 'other.json') })).code).toBe(1);
    await writeFile(path.join(out, 'none.json'), 'none');
    await expect(verified(pack, { ...asked(), trustRoot: path.join(out, 'none.json') })).rejects.toThrow(
      'is not a trust root of Sigstore',
    );
  });

  it('is not good after its statement was changed, for another pack, or where the bundle is gone', async () => {
    const copy = path.join(out, 'copy', 'runs', path.basename(pack));
    await cp(path.join(out, 'reports'), path.join(out, 'copy'), { recursive: true });
    const file = path.join(copy, 'attestation.sigstore.json');
    const bundle = JSON.parse(await readFile(file, 'utf8')) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString().replace('PASSED', 'FAILED');
    await writeFile(
      file,
      JSON.stringify({
        ...bundle,
        dsseEnvelope: { ...bundle.dsseEnvelope, payload: Buffer.from(payload).toString('base64') },
      }),
    );
    expect((await verified(copy, asked())).code).toBe(1);
    const { context } = testContext(env());
    await writeFile(
      file,
      await keylessBundle(proven, '0'.repeat(64), await identityTokens(context)(), sigstoreOf(context.env)),
    );
    expect((await verified(copy, asked())).text).toContain('the signed statement is about another manifest.json');
    await rm(file);
    expect((await verified(copy, asked())).text).toContain('there is no attestation.sigstore.json');
  });
});

describe('what is refused', () => {
  it('to sign where nobody gives an identity, before anything is built', () => {
    expect(() => identityTokens(testContext().context)).toThrow('there is no identity token here');
  });

  it('to verify without saying who must have signed, or to say it without the question', async () => {
    await expect(verified(pack, { keyless: true })).rejects.toThrow('anybody can sign by Sigstore');
    await expect(verified(pack, { identity })).rejects.toThrow('are about a signature by Sigstore');
  });

  it('a token that the issuer does not give, and nothing of the secret is told', async () => {
    const { context } = testContext({ ...env(), ACTIONS_ID_TOKEN_REQUEST_URL: `${sigstore.url}/gone` });
    await expect(identityTokens(context)()).rejects.toThrow(/^the pack was not signed, .* it answered 404$/);
    await expect(
      keylessBundle(proven, '0'.repeat(64), token, { fulcioURL: `${sigstore.url}/gone`, rekorURL: sigstore.url }),
    ).rejects.toThrow(/^the pack was not signed by Sigstore, and not written: (?!.*eyJ)/);
  });
});

it('a private key verifies as its public half does, with a warning', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const warnings = async (pem: string | Buffer) => {
    const file = path.join(out, 'some.pem');
    await writeFile(file, pem);
    const { context } = testContext();
    const told: string[] = [];
    await verify(pack, { format: 'text', key: file }, { ...context, stderr: (text) => void told.push(text) });
    return told.join('');
  };
  expect(await warnings(privateKey.export({ type: 'pkcs8', format: 'pem' }))).toMatch(
    /^warning: --key .* is a private key/,
  );
  expect(await warnings(publicKey.export({ type: 'spki', format: 'pem' }))).toBe('');
});
