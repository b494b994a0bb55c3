import { sheetsOf, type Sheet } from './sheets.ts';
import type { Review } from '../../access-review/summary.ts';

/** A review as Markdown, with a section for each sheet. */
export function markdownOf(review: Review): string {
  return `# Access review\n\n${sheetsOf(review)
    .filter(({ name }) => name !== 'Decisions to fill in')
    .map(section)
    .join('\n')}`;
}

function section({ name, head, rows }: Sheet): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(' | ')} |`;
  return `## ${name}\n\n${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function cell(value: string | number): string {
  return String(value)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\|<>*_`[\]]/g, (character) => `\\${character}`);
}
