import { counted } from '../common/text.ts';
import type { RoleName } from '../common/sql.ts';
import { acceptedLines } from '../draft/accepted-lines.ts';
import { gravest } from '../draft/acceptances.ts';
import type { Verdict } from '../findings/verdict.ts';
import type { DraftFiles } from './init-files.ts';
import type { Judged } from './init-judge.ts';

/** What `init` tells at its end. */
export interface Told {
  files: DraftFiles;
  last: Judged;
  /** The findings before anything was accepted. */
  first: Judged;
  unsure: readonly string[];
  unfilled: readonly { table: string; reason: string }[];
  until: string;
  /** Roles that go past every policy. */
  past: ReadonlySet<RoleName>;
  /** Whether the source is a live database, not migrations. */
  isLive: boolean;
}

/** The same as data. */
export function answerOf({ files, last, first, unsure, unfilled, past }: Told): object {
  return { files: files.written, gravest: gravest(first.findings, past), unsure, unfilled, verdict: last.verdict };
}

/** What was drafted, what to look at first, what is unsure, what was accepted, and what is next. */
export function summary({ files, last, first, unsure, unfilled, until, past, isLive }: Told): string {
  const { findings, unproven, fail_closed: cells, verdict } = last;
  const accepted = acceptedLines(findings, unproven, { until, contract: files.contract, past });
  const worst = gravest(first.findings, past);
  const lines = [
    ...files.written.map((file) => `wrote  ${file}`),
    '',
    ...(worst.length === 0
      ? ['Nothing that is wrong was found.']
      : ['Look at these first:', ...worst.map((line, at) => `${at + 1}. ${line}`)]),
    ...(unsure.length === 0
      ? []
      : [
          '',
          `The draft is unsure of this, as the top of ${files.contract} says too:`,
          ...unsure.map((line) => `- ${line}`),
        ]),
    ...(unfilled.length === 0
      ? []
      : [
          '',
          `No row was found for these tables; write one in ${files.seeds}:`,
          ...unfilled.map(({ table, reason }) => `- ${table}: ${reason}`),
        ]),
    ...(accepted.length === 0 ? [] : ['', ...accepted]),
    '',
    `${counted(cells.length, 'cell')} tried as a login.`,
    endingOf(verdict, isLive),
  ];
  return `${lines.join('\n')}\n`;
}

/** How far the draft holds, and the next step. */
function endingOf({ status, reasons }: Verdict, isLive: boolean): string {
  if (status === 'pass') {
    const next = isLive ? 'check --url URL holds it against the database' : 'run makes the evidence';
    return `The draft passes as it stands: npx rolecall ${next}.`;
  }
  const said =
    isLive && status === 'inconclusive'
      ? 'The draft holds as far as it was seen; a check of it says'
      : 'The draft does not pass yet';
  return `${said}: ${reasons.slice(0, 3).join('; ')}`;
}
