import type { Finding } from './finding.ts';

/** A finding for each migration that is newer than the contract's head: it is not built, and nobody sees what it grants. */
export function judgeMigrationsAfterHead(head: string, files: readonly string[]): Finding[] {
  return files.map((file) => ({
    code: 'migration-after-head',
    severity: 'high',
    object: file,
    identity: '',
    message: `${file} is newer than the contract's head ${head}: it was not built, and what it does is not judged`,
    remedy: `Make it the head: set revisions.head to its revision, or omit it, which is the newest file. Where it is later on purpose, accept the finding with a reason and a date.`,
  }));
}
