import type { Owner } from '../../process/owner.ts';
import { randomPassword } from '../../common/random.ts';

export const runLabel = 'org.rolecall.run';

/** Labels for everything that belongs to one server. They name its owner; `run` differs for each server. */
export function labelsOf({ host, boot, pid, started }: Owner): Record<string, string> {
  return {
    [runLabel]: `${pid}-${randomPassword()
      .replaceAll(/[^A-Za-z0-9]/g, '')
      .slice(0, 12)
      .toLowerCase()}`,
    'org.rolecall.started': started,
    'org.rolecall.host': host,
    'org.rolecall.boot': boot,
  };
}

/** The owner that labels name; undefined if they are not ours, or incomplete. */
export function ownerOf(labels: Readonly<Record<string, string>>): Owner | undefined {
  const {
    [runLabel]: run = '',
    'org.rolecall.started': started,
    'org.rolecall.host': host,
    'org.rolecall.boot': boot,
  } = labels;
  const pid = /^(\d+)-/.exec(run)?.[1];
  return pid === undefined || !started || !host || !boot ? undefined : { host, boot, pid: Number(pid), started };
}
