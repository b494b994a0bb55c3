import { proof, type Phases } from '../proof.ts';
import { isMigratorUntried, judgePaths, type BuildPath } from './judge.ts';
import { isWayBackUntried, migratorViews, pathViews } from './view.ts';

export interface BuildPathsEvidence {
  /** Other ways to build the phases, and whether they end in the same state. */
  build_paths: BuildPath[];
  /** Set if nobody built as the contract's migrator, because the roles of a shared server must not be changed. */
  migrator_untried?: true;
}

/** Proves that every build path of a phase ends in the same state. The pipeline builds them. */
export const buildPaths = proof({
  name: 'build-paths',
  folder: import.meta.url,
  judge: ({ contract, head: { buildPaths: paths } }: Phases<{ buildPaths: BuildPath[] }>) => ({
    shown: { build_paths: paths, ...(isMigratorUntried(contract, paths) ? { migrator_untried: true as const } : {}) },
    findings: judgePaths(paths),
    unproven: [],
  }),
  sections: [
    {
      anchor: 'paths',
      ofBaseline: true,
      title: 'Build paths',
      view: ({ build_paths, migrator_untried: untried }: BuildPathsEvidence) => ({
        paths: pathViews(build_paths),
        migrators: migratorViews(build_paths),
        migratorUntried: untried === true,
        untried: isWayBackUntried(build_paths),
      }),
    },
  ],
});
