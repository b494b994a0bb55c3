import { appendFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { messageOf } from '../common/errors.ts';
import type { Evidence } from '../pack/evidence.ts';
import { jobSummary } from './job-summary.ts';
import { visible } from '../report/escape-invisible.ts';
import { workflowCommand, type CommandKind } from '../report/workflow-command.ts';
import { counted, listed } from '../common/text.ts';
import { findingKey, type Finding } from '../findings/finding.ts';
import { reasonOf } from '../findings/verdict.ts';
import { whereMeantText } from '../findings/where-meant.ts';
import type { Reporter } from '../pipeline/reporter.ts';

/** What a GitHub job says about itself. */
export interface GithubJob {
  /** The file that the summary is appended to; undefined for no summary. */
  summaryFile: string | undefined;
  /** The folder with the checked-out repository. Annotations name files relative to it. */
  workspace: string;
}

interface Annotation {
  kind: CommandKind;
  /** Relative to the working directory. */
  file: string;
  line: number;
  title: string;
  message: string;
}

const kinds: readonly CommandKind[] = ['error', 'warning', 'notice'];

/** GitHub shows ten annotations of a kind for each step, and silently drops the others. */
const most = 10;

/** GitHub refuses a longer summary as a whole. */
const summaryLimit = 1024 * 1024;

/** Annotations on the lines of findings, and the report as the summary of the job. */
export function githubReporter(write: (text: string) => void, { summaryFile, workspace }: GithubJob): Reporter {
  return {
    onFinished: (evidence, packPath) => {
      write(annotationLines(evidence, packPath, workspace));
      if (summaryFile !== undefined) {
        write(addSummary(summaryFile, evidence));
      }
    },
  };
}

/** The findings, and what could not be proven, as workflow commands: ten of a kind, and one notice that counts the others. */
export function annotationLines(stored: Evidence, packPath: string, workspace: string): string {
  const all = annotations(visible(stored));
  const ofKind = (kind: CommandKind) => all.filter((annotation) => annotation.kind === kind);
  const overflows = kinds.some((kind) => ofKind(kind).length > most);
  const parts = kinds.map((kind) => {
    // The notice that counts the others is one of the ten.
    const room = kind === 'notice' && overflows ? most - 1 : most;
    return { kind, shown: ofKind(kind).slice(0, room), more: Math.max(0, ofKind(kind).length - room) };
  });
  const hidden = parts.filter(({ more }) => more > 0).map(({ kind, more }) => counted(more, `more ${kind}`));
  const last = overflows
    ? [
        workflowCommand(
          'notice',
          { title: 'rolecall' },
          `${listed(hidden)}: all are in report.html and sarif.json of the pack ${packPath}, which the workflow uploads as an artefact.`,
        ),
      ]
    : [];
  const lines = [
    ...parts.flatMap(({ shown }) => shown.map((annotation) => annotationLine(annotation, workspace))),
    ...last,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const kindOf: Record<Finding['severity'], CommandKind> = { high: 'error', medium: 'warning', low: 'notice' };

function annotations({ findings, verdict, run }: Evidence): Annotation[] {
  const known = new Set(findings.map(reasonOf));
  const unproven = verdict.reasons.filter((reason) => !known.has(reason));
  return [
    ...bySuite(findings).map((same) => findingAnnotation(same, run.contract_file)),
    ...unproven.map((message): Annotation => ({
      kind: 'warning',
      file: run.contract_file,
      line: 1,
      title: 'unproven',
      message,
    })),
  ];
}

function findingAnnotation([finding, ...more]: [Finding, ...Finding[]], contractFile: string): Annotation {
  const { severity, message, remedy, accepted, location = { file: contractFile, line: 1 } } = finding;
  const also =
    more.length === 0
      ? ''
      : `\nand ${counted(more.length, 'more assertion')} of this suite:${more.map((one) => `\n- ${one.message.split('\n')[0]!}`).join('')}`;
  const end =
    accepted === undefined
      ? remedy === ''
        ? ''
        : `\n→ ${remedy}${whereMeantText(finding)}`
      : `\nAccepted until ${accepted.until}: ${accepted.reason}`;
  return {
    kind: accepted === undefined ? kindOf[severity] : 'notice',
    ...location,
    title: `${accepted === undefined ? '' : 'accepted '}${reasonOf(finding)}`,
    message: message + also + end,
  };
}

/**
 * The findings, with failed assertions of one suite together: they have the same line, and ten of them would hide everything
 * else.
 */
function bySuite(findings: readonly Finding[]): [Finding, ...Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { code, assertion, accepted } = finding;
    const key =
      assertion === undefined
        ? findingKey(finding)
        : [code, assertion.suite, accepted?.until, accepted?.reason].join('\t');
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [finding]);
    } else {
      group.push(finding);
    }
  }
  return [...groups.values()];
}

function annotationLine({ kind, file, line, title, message }: Annotation, workspace: string): string {
  const inside = slashed(path.relative(workspace, path.resolve(file)));
  // A file outside the repository has no line that GitHub could show.
  const place = inside.startsWith('../') || path.isAbsolute(inside) ? {} : { file: inside, line: String(line) };
  return workflowCommand(kind, { ...place, title }, message);
}

/** Appends the summary to what the step wrote before. Returns a warning if it cannot: the verdict stands without it. */
function addSummary(file: string, evidence: Evidence): string {
  try {
    const room = summaryLimit - 1 - (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    appendFileSync(file, jobSummary(evidence, room));
    return '';
  } catch (error) {
    return `${workflowCommand('warning', { title: 'rolecall' }, `the job summary was not written: ${messageOf(error)}`)}\n`;
  }
}
