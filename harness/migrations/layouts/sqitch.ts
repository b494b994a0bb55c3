import type { Layout, Migration, Part, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { requireListed } from './parts.ts';

const conf = 'sqitch.conf';

/**
 * sqitch: the changes of its plan in order, `deploy/x.sql` run by psql without a transaction around it. `revert/x.sql` goes down.
 */
export const sqitch: Layout = {
  name: 'sqitch',
  recognises: ({ names }) => names.some((name) => /^(?:[^/]+\/)*sqitch\.plan$/.test(name)),
  read,
};

interface Change {
  name: string;
  /** Tags that follow it, before the next change with the same name. */
  tags: string[];
}

function read(listing: Listing): Steps {
  const settings = settingsOf(listing.text(conf));
  const planFile = [settings.get('core.plan_file'), join(settings.get('core.top_dir'), 'sqitch.plan')]
    .concat(listing.names.filter((name) => /(?:^|\/)sqitch\.plan$/.test(name)))
    .find((name) => name !== undefined && listing.has(name))!;
  const top = settings.get('core.top_dir') ?? planFile.replace(/\/?[^/]+$/, '');
  const extension = settings.get('core.extension') ?? 'sql';
  const folder = (kind: 'deploy' | 'revert') => settings.get(`core.${kind}_dir`) ?? join(top, kind);
  const changes = changesOf(listing.text(planFile));
  const part = (file: string): Part => ({ file, text: listing.text(file), transaction: false });
  const migrations = changes.map(({ name, tags }, at): Migration => {
    // If a change is reworked later, its old script has the name of the tag between them.
    const later = changes.findIndex((other, index) => index > at && other.name === name);
    const between = changes.slice(at, later === -1 ? undefined : later).flatMap((change) => change.tags);
    const called = later === -1 ? name : `${name}@${between[0] ?? ''}`;
    const deploy = join(folder('deploy'), `${called}.${extension}`);
    const revert = join(folder('revert'), `${called}.${extension}`);
    return {
      revision: called,
      aliases: tags.map((tag) => `@${tag}`),
      file: deploy,
      up: [part(deploy)],
      down: listing.has(revert) ? [part(revert)] : undefined,
    };
  });
  const deployed = new Set(migrations.map(({ file }) => file));
  requireListed(listing, planFile, [...deployed], 'Restore the scripts, or take the changes out of the plan.');
  return {
    migrations,
    variables: {
      registry: 'sqitch',
      ...Object.fromEntries(
        [...settings].flatMap(([key, value]) => {
          const [, name] = /^(?:core|deploy)\.variables\.(.+)$/.exec(key) ?? [];
          return name === undefined ? [] : [[name, value] as const];
        }),
      ),
    },
    unused: listing.names
      .filter(
        (name) => name.startsWith(`${folder('deploy')}/`) && name.endsWith(`.${extension}`) && !deployed.has(name),
      )
      .map((file) => ({ file, why: `not in ${planFile}` })),
    marks: [planFile, ...listing.names.filter((name) => name === conf)],
  };
}

function join(folder: string | undefined, name: string): string {
  const clean = (folder ?? '').replace(/^\.\/?/, '').replace(/\/$/, '');
  return clean === '' ? name : `${clean}/${name}`;
}

/** The changes of a plan, each with its tags. Pragmas, notes and dependencies are skipped. */
function changesOf(plan: string): Change[] {
  const changes: Change[] = [];
  for (const line of plan.split('\n')) {
    const [, tag] = /^\s*@(\S+)/.exec(line) ?? [];
    const [, name] = /^\s*\+?\s*([^\s%#@+-][^\s@]*)(?=\s|$)/.exec(line) ?? [];
    if (tag !== undefined) {
      changes.at(-1)?.tags.push(tag);
    } else if (name !== undefined) {
      changes.push({ name, tags: [] });
    }
  }
  return changes;
}

/** A file in git's format as `section.key`, and `section.part.key` for a section with a part. */
function settingsOf(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    const [, name, part] = /^\s*\[\s*([\w.-]+)(?:\s+"([^"]*)")?\s*\]/.exec(line) ?? [];
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      section = part === undefined ? name : `${name}.${part}`;
    } else if (key !== undefined) {
      settings.set(`${section}.${key}`, value!.replace(/^"(.*)"$/, '$1'));
    }
  }
  return settings;
}
