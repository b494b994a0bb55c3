import { everyProof } from './index.ts';
import { isLookedAt, type StoredPhases } from './phase-evidence.ts';

/** A section of the report with its data, and the template that each format prints it with. */
export interface SectionView {
  anchor: string;
  title: string;
  /** Name of its partial. */
  partial: string;
  view: object;
}

const all = everyProof.flatMap(({ folder, sections = [] }) => sections.map((section) => ({ folder, section })));
const inOrder = [...all.filter(isMain), ...all.filter((one) => !isMain(one))];

function isMain({ section }: (typeof all)[number]): boolean {
  return section.appendix !== true;
}

/** Folders that hold the templates of sections, one for each proof. */
export const templateFolders: readonly URL[] = [...new Set(everyProof.map(({ folder }) => folder))].map(
  (folder) => new URL('.', folder),
);

/** Every section of the report in reading order, appendices last, without those that this kind of run does not look at. */
export function sectionViews(evidence: StoredPhases & { run: { kind?: 'check' | 'drift' } }): SectionView[] {
  const hasBaseline = isLookedAt(evidence.phases.baseline);
  return inOrder
    .filter(({ section }) =>
      evidence.run.kind === 'drift' ? section.ofDrift === true : hasBaseline || section.ofBaseline !== true,
    )
    .map(({ section: { anchor, title, view } }) => ({
      anchor,
      title,
      partial: anchor,
      view: view(evidence),
    }));
}
