import { proof, type Phases } from '../proof.ts';
import { judgePaths, type BuildPath } from './judge.ts';
import { isWayBackUntried, pathViews } from './view.ts';

export interface BuildPathsEvidence {
  /** Other ways to build the phases, and whether they end in the same state. */
  build_paths: BuildPath[];
}

/** That every way to a phase ends in the same state. The pipeline goes the ways. */
export const buildPaths = proof({
  name: 'build-paths',
  folder: import.meta.url,
  judge: ({ head: { buildPaths: paths } }: Phases<{ buildPaths: BuildPath[] }>) => ({
    shown: { build_paths: paths },
    findings: judgePaths(paths),
    unproven: [],
  }),
  sections: [
    {
      anchor: 'paths',
      title: 'Build paths',
      view: ({ build_paths }: BuildPathsEvidence) => ({
        paths: pathViews(build_paths),
        untried: isWayBackUntried(build_paths),
      }),
    },
  ],
});
