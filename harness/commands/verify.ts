import type { KeyObject } from 'node:crypto';
import path from 'node:path';

import { exitCode, RolecallError } from '../common/errors.ts';
import type { SignatureCheck } from '../pack/attestation.ts';
import { checkKeyless, type KeylessCheck, type KeylessPolicy } from '../pack/keyless.ts';
import { indexFaults, type Index } from '../pack/ledger/index-files.ts';
import { rowFaults, rowsOf } from '../pack/ledger/rows.ts';
import { checkHead } from '../pack/ledger/signed-head.ts';
import { readVerifyingKey } from '../pack/signing-key.ts';
import { readSettledIndex } from '../pack/write-index.ts';
import type { Context } from './context.ts';
import { lookAtPack } from './look-at-pack.ts';
import { formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  command
    .option('--key <file>', 'public ed25519 key (PEM) of who must have signed the pack')
    .option('--keyless', 'hold the signature by Sigstore against --identity and --issuer')
    .option('--identity <name>', 'who must have signed: the URL of a workflow, or an address of mail, in full')
    .option('--issuer <url>', 'who vouches for that, such as https://token.actions.githubusercontent.com')
    .option(
      '--trust-root <file>',
      'trusted_root.json: then no network is needed (default: Sigstore’s, fetched or cached)',
    )
    .addOption(formatOption('what was changed'));

/** `rolecall verify`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<pack>', 'a folder under reports/runs')
    .action((pack, options) => invoke((context) => verify(pack, options, context)));

/**
 * Recomputes the digests of a pack, its renderings and its verdict, and the chain of the index that it is entered in. With a key
 * it checks the signature. It needs no network and no database. Returns 1 if something was changed.
 */
export async function verify(pack: string, options: FlagsOf<typeof flags>, context: Context): Promise<number> {
  const { format, key } = options;
  const verifying = key === undefined ? undefined : await readVerifyingKey(key, `--key ${key}`, context.stderr);
  const policy = keylessPolicy(options);
  const found = await lookAtPack(pack, verifying, context);
  const { id, read, signature } = found;
  const index = await readSettledIndex(path.dirname(path.dirname(path.resolve(pack))));
  const ofIndex = [
    ...indexFaults(index, verifying),
    ...rowFaults(index.lines, id, found.digest),
    ...unsignedRow(index, id, verifying),
  ];
  const keyless = read instanceof Error ? undefined : await checkKeyless(pack, read, found.digest, policy);
  const faults = [
    ...found.changed,
    ...ofIndex,
    ...found.unfounded,
    ...(signature?.faults ?? []),
    ...(keyless?.faults ?? []),
  ];
  const removed = rowsOf(index.lines).find(({ entered }) => entered.pack === id)?.removed;
  const said = [
    ...(signature === undefined ? [] : signedWords(signature, keyless, options)),
    ...(removed === undefined ? [] : [`Line ${removed.seq} of the index says that it was removed; it is here again.`]),
  ];
  const isOurs = !(read instanceof Error) && read.run.tool_version === context.toolVersion;
  const follows = isOurs
    ? 'the report and the verdict follow from the data'
    : 'the verdict follows from the data (the report was not rendered again: another version of Rolecall made it)';
  const intact = `${found.files} files are as the manifest says, ${follows}, and the index holds`;
  context.stdout(
    format === 'json'
      ? `${JSON.stringify({ pack, intact: faults.length === 0, faults, signature: signature && { state: signature.state, keys: signature.keyIds }, keyless: keyless?.state === 'unsigned' ? undefined : keyless?.state })}\n`
      : `${[...(faults.length === 0 ? [intact] : faults), ...said].join('\n')}\n`,
  );
  return faults.length === 0 ? exitCode.holds : exitCode.broken;
}

/** The remark if the line that enters a pack comes after the signed end of the index. */
function unsignedRow({ lines, head }: Index, pack: string, key: KeyObject | undefined): string[] {
  const end = checkHead(lines, head, key);
  const seq = rowsOf(lines).find(({ entered }) => entered.pack === pack)?.entered.seq ?? 0;
  return end.state === 'good' && seq > end.covers
    ? [`nobody signed line ${seq} of the index, which enters the pack: the signed end is line ${end.covers}`]
    : [];
}

/** Who must have signed with Sigstore; undefined if that is not required. Refuses incomplete flags with `bad-argument`. */
function keylessPolicy({ keyless, identity, issuer, trustRoot }: FlagsOf<typeof flags>): KeylessPolicy | undefined {
  if (keyless !== true) {
    if (identity !== undefined || issuer !== undefined || trustRoot !== undefined) {
      throw new RolecallError('bad-argument', {
        message: '--identity, --issuer and --trust-root are about a signature by Sigstore',
        next: 'Give --keyless as well.',
      });
    }
    return undefined;
  }
  if (identity === undefined || issuer === undefined) {
    throw new RolecallError('bad-argument', {
      message: '--keyless alone shows nothing: anybody can sign by Sigstore',
      next: 'Say who must have signed, with --identity and --issuer.',
    });
  }
  return { identity, issuer, trustRoot };
}

function signedWords(
  signature: SignatureCheck,
  keyless: KeylessCheck | undefined,
  { identity, issuer }: FlagsOf<typeof flags>,
) {
  const bySigstore = {
    unsigned: [],
    unchecked: [
      `It has a signature by Sigstore: --keyless --identity NAME --issuer URL holds it against who must have signed.`,
    ],
    good: [`Signed by ${identity!}, for which ${issuer!} vouches, and logged by Sigstore.`],
    bad: ['The signature by Sigstore is not good.'],
  }[keyless?.state ?? 'unsigned'];
  return [
    ...(signature.state === 'unsigned' && bySigstore.length > 0 ? [] : [signatureWords(signature)]),
    ...bySigstore,
  ];
}

function signatureWords({ state, keyIds }: SignatureCheck): string {
  const keys = keyIds.join(', ');
  switch (state) {
    case 'unsigned':
      return 'The pack is unsigned: that nobody made it up, nothing here shows.';
    case 'unchecked':
      return `The pack is signed, by its own words with the key ${keys}: --key FILE holds it, and the end of the index, against the key that you know.`;
    case 'good':
      return `Signed with the key ${keys}, as the index is.`;
    case 'bad':
      return keyIds.length === 0 ? 'There is no signature that could be good.' : 'The signature is not good.';
  }
}
