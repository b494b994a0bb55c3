import { exitCode, RolecallError } from '../common/errors.ts';
import { allCodes, type ExplainedCode } from '../proofs/all-codes.ts';
import type { Context } from './context.ts';
import { formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) => command.addOption(formatOption('the entries'));

/** `rolecall explain`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('[code]')
    .action((code, options) => invoke((context) => explain(code, options, context)));

/** Prints what a code of a finding means and what to do about it; without a code, all codes in a line each. */
export async function explain(
  code: string | undefined,
  { format }: FlagsOf<typeof flags>,
  { answer }: Context,
): Promise<number> {
  const codes = await allCodes();
  const wanted = code === undefined ? codes : codes.filter((one) => one.code === code);
  if (wanted.length === 0) {
    throw new RolecallError('bad-argument', {
      message: `there is no code ${code!}`,
      next: 'rolecall explain lists all codes.',
    });
  }
  const text =
    code === undefined ? wanted.map((one) => `${one.code.padEnd(40)} ${one.title}\n`).join('') : inWords(wanted[0]!);
  answer(format === 'json' ? `${JSON.stringify(code === undefined ? wanted : wanted[0])}\n` : text);
  return exitCode.holds;
}

function inWords({ code, severity, title, why, remedy, source }: ExplainedCode): string {
  const lines = [
    `${code}${severity === undefined ? '' : ` (${severity})`}: ${title}`,
    '',
    why,
    '',
    `Remedy: ${remedy}`,
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
  return `${lines.join('\n')}\n`;
}
