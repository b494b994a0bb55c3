import { RolecallError } from '../../common/errors.ts';
import { isGone, thisOwner } from '../../process/owner.ts';
import { docker, withoutEnvFile, type DockerOptions } from './docker.ts';
import { ownerOf, runLabel } from './labels.ts';

const labelNames = [runLabel, 'org.rolecall.started', 'org.rolecall.host', 'org.rolecall.boot'];
const columns = [...labelNames, 'com.docker.compose.project'].map((name) => `{{.Label "${name}"}}`).join('\t');

/**
 * Removes the containers and compose projects of killed runs on this host, and returns their names. What belongs to a live run or
 * to another host stays, and so does what cannot be removed now.
 */
export async function sweepAbandonedContainers(options: DockerOptions): Promise<string[]> {
  const mine = ['--filter', `label=${runLabel}`];
  const containers = await docker(
    ['ps', '--all', '--no-trunc', ...mine, '--format', `{{.ID}}\t{{.State}}\t${columns}`],
    options,
  );
  // A project that was killed after its network and before its container has no container.
  const networks = await docker(['network', 'ls', '--no-trunc', ...mine, '--format', `\texited\t${columns}`], options);
  const self = await thisOwner();
  const alone = new Set<string>();
  const projects = new Set<string>();
  for (const line of `${containers}\n${networks}`.split('\n').filter((text) => text.trim() !== '')) {
    const [id = '', state, ...values] = line.split('\t');
    const owner = ownerOf(Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? ''])));
    if (owner === undefined || !(await isGone(owner, self, state === 'running'))) {
      continue;
    }
    const project = values[labelNames.length];
    if (project) {
      projects.add(project);
    } else {
      alone.add(id);
    }
  }
  const removals: [name: string, args: string[]][] = [
    ...[...alone].map((id): [string, string[]] => [id, ['rm', '--force', '--volumes', id]]),
    ...[...projects].map((project): [string, string[]] => [
      project,
      [
        'compose',
        '--project-name',
        project,
        'down',
        '--volumes',
        '--rmi',
        'local',
        '--remove-orphans',
        '--timeout',
        '0',
      ],
    ]),
  ];
  const removed: string[] = [];
  for (const [name, args] of removals) {
    try {
      await docker(args, { ...options, env: withoutEnvFile(options.env), ownGroup: true });
      removed.push(name);
    } catch (error) {
      // Another run may be removing the same. What remains is found again next time.
      if (!(error instanceof RolecallError) || error.code === 'interrupted') {
        throw error;
      }
    }
  }
  return removed.toSorted();
}
