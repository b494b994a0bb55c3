import { exitCode, RolecallError } from '../common/errors.ts';
import { by } from '../common/order.ts';
import { unprovenCode } from '../findings/codes.ts';
import { allCodes } from '../proofs/all-codes.ts';
import { codePages, type CodePage } from '../proofs/code-pages.ts';
import type { Context } from './context.ts';
import { formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) => command.addOption(formatOption('the entries'));

/** `rolecall explain`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('[code]')
    .action((code, options) => invoke((context) => explain(code, options, context)));

/** Prints what the code of a finding means and what to do about it. Without a code, it prints one line for each code. */
export async function explain(
  code: string | undefined,
  { format }: FlagsOf<typeof flags>,
  { stdout }: Context,
): Promise<number> {
  if (code === undefined) {
    const codes = [...(await allCodes()), unprovenCode].toSorted(by(({ code }) => code));
    const lines = codes.map((one) => `${one.code.padEnd(40)} ${one.title}\n`);
    stdout(format === 'json' ? `${JSON.stringify(codes)}\n` : lines.join(''));
    return exitCode.holds;
  }
  const [page] = code === unprovenCode.code ? [unprovenCode] : await codePages(code);
  if (page === undefined) {
    throw new RolecallError('bad-argument', {
      message: `there is no code ${code}`,
      next: 'rolecall explain lists all codes.',
    });
  }
  stdout(format === 'json' ? `${JSON.stringify(page)}\n` : inWords(page));
  return exitCode.holds;
}

/** The same text as the page of the code in the documents. */
function inWords({ code, severity, title, why, remedy, source, example }: Omit<CodePage, 'from'>): string {
  const lines = [
    `${code}${severity === undefined ? '' : ` (${severity})`}: ${title}`,
    ...(example === undefined ? [] : ['', 'It says, for example:', indented(example.message)]),
    '',
    why,
    ...(example === undefined ? [] : ['', 'Example:', indented(example.flaw)]),
    '',
    `Remedy: ${remedy}`,
    ...(example === undefined || example.printed === ''
      ? []
      : ['The finding prints:', indented(example.printed), 'The same case, written right:']),
    ...(example === undefined ? [] : [indented(example.fixed)]),
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
  return `${lines.join('\n')}\n`;
}

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '  ');
