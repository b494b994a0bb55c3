/** One labelled fact of the run. */
export interface LabelledFact {
  label: string;
  value: string;
  /** Whether it is shown as code: a name, digest or revision. */
  code: boolean;
}

/** A labelled name, digest or revision. */
export function code(label: string, value: string): LabelledFact {
  return { label, value, code: true };
}

/** A labelled fact in words. */
export function plain(label: string, value: string): LabelledFact {
  return { label, value, code: false };
}

/** `2026-01-21 10:00:00 UTC`. */
export function date(iso: string): string {
  return iso.replace(/^(.{10})T(.{8})\.\d+Z$/, '$1 $2 UTC');
}

/** The commit a run was made from, in words. */
export function commit({ git_commit, git_dirty }: { git_commit: string | null; git_dirty: boolean }): string {
  return git_commit === null ? 'not in git' : `${git_commit.slice(0, 12)}${git_dirty ? ' + uncommitted changes' : ''}`;
}
