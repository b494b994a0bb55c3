import type { Owner } from '../../process/owner.ts';
import { randomPassword } from '../../common/random.ts';

export const runLabel = 'org.rolecall.run';

/** Labels for what one server is made of, which name its owner; `run` differs for each. */
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

/** The owner that labels name; undefined where they are not ours, or not whole. */
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
