import { classWords, type Review } from '../../access-review/summary.ts';
import { classes } from '../../access-review/review.ts';

/** A table of texts and counts. */
export interface Sheet {
  name: string;
  head: readonly string[];
  widths: readonly number[];
  rows: readonly (readonly (string | number)[])[];
  /** Whether its columns can be filtered. */
  filter: boolean;
}

const rowHead = [
  'Class', 'Identity', 'Kind', 'Object', 'Privilege', 'Held by', 'Path', 'Usable', 'Required by', 'Proven', 'Evidence',
  'Findings', 'Changed', 'Decision', 'Why this class',
] as const; // prettier-ignore

/** The rows of a review as one sheet. */
export function rowsSheet({ rows }: Review): Sheet {
  return {
    name: 'Access',
    head: rowHead,
    widths: [12, 20, 10, 40, 14, 28, 50, 8, 50, 9, 40, 22, 14, 24, 40],
    rows: rows.map((row) => [
      row.class, row.identity, row.kind, row.object, row.privilege, row.held, row.path, row.usable ? 'yes' : 'no, not the schema',
      row.requiredBy, row.proven, row.evidence, row.findings, row.changed, row.decision, row.why,
    ]), // prettier-ignore
    filter: true,
  };
}

/** Every sheet of a review: first its subject, then what is to be done, then everything. */
export function sheetsOf(review: Review): Sheet[] {
  const { origin, figures, rows, orphans, truth, controls, settled } = review;
  const all = rowsSheet(review);
  const toDecide = rows.filter(
    (row) => row.class !== 'everybody' && (row.decision === '' || row.decision.startsWith('due again')),
  );
  return [
    {
      name: 'Summary',
      head: ['What', 'Value'],
      widths: [34, 90],
      rows: [
        ['Access review of', origin.database],
        ['Date of the evidence', origin.date],
        ['Pack', origin.pack ?? 'none: read from a live database'],
        ['Digest of its manifest (sha256)', origin.manifest ?? 'none'],
        ['Contract', origin.contract ?? 'none'],
        ['Digest of the contract (sha256)', origin.contractSha256 ?? 'none'],
        ['Commit', origin.commit ?? 'not known'],
        ['Server', origin.server],
        ['Verdict of the run', origin.verdict ?? 'none: nothing was tried'],
        ...figures.map(([name, count]) => [`Count: ${name}`, count] as const),
        ...classes.map((one) => [`Class ${one} means`, classWords[one]] as const),
      ],
      filter: false,
    },
    all,
    {
      name: 'Orphans and unused',
      head: ['What', 'Identity', 'Object', 'Privilege', 'Why'],
      widths: [14, 24, 44, 16, 70],
      rows: [
        ...orphans.map(({ identity, why, holds }) => ['orphan role', identity, `holds ${holds} of its own`, '', why]),
        ...rows
          .filter((row) => row.class === 'unused')
          .map((row) => ['unused grant', row.identity, row.object, row.privilege, row.why]),
        ...settled.map((one) => ['settled decision', one.identity, one.object, one.privilege, one.says]),
      ],
      filter: true,
    },
    {
      name: 'Needs and denials',
      head: ['Identity', 'Object', 'Access', 'Contract says', 'Allowed', 'Attempt says', 'Required by'],
      widths: [20, 46, 24, 14, 10, 14, 60],
      rows: truth.map((row) => [
        row.identity, row.object, row.access, row.expected ? 'allowed' : 'denied', row.allowed ? 'yes' : 'no', row.attempt,
        row.requiredBy,
      ]), // prettier-ignore
      filter: true,
    },
    {
      name: 'Control map',
      head: ['Control', 'About', 'Figures that speak to it', 'What they cover', 'What is not covered'],
      widths: [30, 34, 44, 60, 70],
      rows: controls.map((one) => [one.control, one.about, one.figures, one.covers, one.not_covered]),
      filter: false,
    },
    {
      name: 'Decisions to fill in',
      head: [
        'Identity',
        'Object',
        'Privilege',
        'Class',
        'Decision (keep or revoke)',
        'Who',
        'Why',
        'Until (YYYY-MM-DD)',
      ],
      widths: [20, 46, 16, 12, 26, 20, 40, 20],
      rows: toDecide.map((row) => [row.identity, row.object, row.privilege, row.class, '', '', '', '']),
      filter: true,
    },
  ];
}
