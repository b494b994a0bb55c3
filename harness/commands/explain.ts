import { exitCode, RolecallError } from '../common/errors.ts';
import { allCodes, type ExplainedCode } from '../proofs/all-codes.ts';
import type { Context } from './context.ts';

export interface ExplainOptions {
  format: 'text' | 'json';
}

/** Prints what a code of a finding means and what to do about it; without a code, all codes in a line each. */
export async function explain(
  code: string | undefined,
  { format }: ExplainOptions,
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
