import type { witnessNames } from './mutant-result.ts';

const titles: Record<(typeof witnessNames)[number], string> = {
  pgtap: 'pgTAP suites alone',
  attempt: 'Live attempts alone',
  catalog: 'Judgement of the catalog alone',
};

/** A witness in a reader's words. */
export function witnessTitle(witness: string): string {
  return (titles as Record<string, string>)[witness] ?? witness;
}
