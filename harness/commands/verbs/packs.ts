import type { Verb } from '../verb.ts';

/** Verbs that read packs. */
export const packVerbs: readonly Verb[] = [
  {
    name: 'report',
    summary: 'render a stored pack again; no database',
    needs: 'a pack. No database.',
    examples: [
      { args: 'reports/runs/ID --out again', says: 'renders the pack into the folder again' },
      { args: 'reports/runs/ID --out again --format json', says: 'and prints which files were written' },
    ],
    exits: { 0: 'the files were written' },
    define: async () => (await import('../report.ts')).define,
  },
  {
    name: 'diff',
    summary:
      'compare two packs: privileges, assertions, findings, verdict, what they were measured by; 1 when the second is worse',
    needs: 'two packs. No database.',
    examples: [
      { args: 'reports/runs/BEFORE reports/runs/AFTER', says: 'prints what differs' },
      { args: 'reports/runs/BEFORE reports/runs/AFTER --format json', says: 'the same as data' },
    ],
    exits: {
      0: 'the second is not worse, and was measured by no less',
      1: 'the second is worse, or was measured by less',
    },
    define: async () => (await import('../diff.ts')).define,
  },
  {
    name: 'verify',
    summary: 'recompute the digests of a pack and the chain of the index; 1 when something was changed',
    needs: 'a pack, and with --key the public key of its signer. No database, no network.',
    examples: [
      { args: 'reports/runs/ID', says: 'holds the pack against its manifest and the index' },
      { args: 'reports/runs/ID --key signer.pub.pem', says: 'and its signature against the key that you know' },
    ],
    exits: {
      0: 'nothing was changed, and the signature was made with the key that was given',
      1: 'something was changed, or the pack is not signed by the key that was given',
    },
    define: async () => (await import('../verify.ts')).define,
  },
  {
    name: 'review',
    summary: 'the access review: who holds what, by which path, what requires it; for a spreadsheet',
    needs: 'a pack that nobody altered; or with --url a live database and any role that may read its catalogs.',
    examples: [
      { args: '--out access-review.xlsx', says: 'a workbook of the newest pack of reports/' },
      { args: 'reports/runs/ID --format csv', says: 'the rows of this pack' },
      { args: '--write-decisions --out access-review.md', says: 'and a file to decide in' },
    ],
    exits: {
      0: 'the review was made',
      1: 'something that was to be revoked is still held',
    },
    define: async () => (await import('../review.ts')).define,
  },
  {
    name: 'index',
    summary:
      'the packs of the index; with --check a gate: the index holds, and its newest pack is of what is checked out',
    needs: 'a folder of packs. --check also needs the contract and its files. No database.',
    examples: [
      { args: '', says: 'lists the packs under reports/' },
      { args: '--check', says: 'ends with 1 where the index or its newest pack does not hold' },
    ],
    exits: {
      0: 'the index was shown; with --check: it holds',
      1: 'with --check: it does not, and all that speaks against it is named',
      3: 'with --check: there is no pack of this contract',
    },
    define: async () => (await import('../index-verb.ts')).define,
  },
  {
    name: 'prune',
    summary: 'remove old packs, and keep their lines and digests in the index',
    needs: 'a folder of packs, and the key of the index where it is signed. No database.',
    examples: [
      { args: '--keep 10 --dry-run', says: 'says what would be removed' },
      { args: '--older-than 90', says: 'removes packs of runs that are older than 90 days' },
      { args: '--before 2026-01-31 --keep 1', says: 'removes what ran before that day, but keeps the newest' },
    ],
    exits: {
      0: 'what the rule names is gone',
      1: 'something that the index does not know was left where a pack should be',
    },
    define: async () => (await import('../prune.ts')).define,
  },
];
