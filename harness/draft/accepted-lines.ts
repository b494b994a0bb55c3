import type { RoleName } from '../common/sql.ts';
import { counted, grouped, listed } from '../common/text.ts';
import type { Finding } from '../findings/finding.ts';
import type { Unproven } from '../findings/unproven.ts';

/**
 * What a draft accepted, in few lines: how many of each code, the most frequent first. Roles in `past`, which no policy
 * restricts, have a line of their own, because most of their findings repeat that.
 */
export function acceptedLines(
  findings: readonly Finding[],
  unproven: readonly Unproven[],
  { until, contract, past }: { until: string; contract: string; past: ReadonlySet<RoleName> },
): string[] {
  const accepted = findings.filter((finding) => finding.accepted !== undefined);
  const open = new Set(unproven.filter((one) => one.accepted !== undefined).map(({ object }) => object));
  if (accepted.length + open.size === 0) {
    return [];
  }
  const others = accepted.filter(({ identity }) => !past.has(identity));
  const theirs = grouped(
    accepted.filter(({ identity }) => past.has(identity)),
    ({ identity }) => identity,
  );
  return [
    `Accepted until ${until}, each with its object under \`accepted\` in ${contract} (what a code means: npx rolecall explain CODE):`,
    ...(others.length === 0 ? [] : [`- ${counted(others.length, 'finding')}: ${byCode(others)}`]),
    ...theirs.map(
      ({ key, items }) =>
        `- ${counted(items.length, 'finding')} of ${key}, which goes past every policy (BYPASSRLS): ${byCode(items)}`,
    ),
    ...(open.size === 0 ? [] : [`- not proven, of ${counted(open.size, 'object')}: ${listed([...open])}`]),
  ];
}

function byCode(findings: readonly Finding[]): string {
  return grouped(findings, ({ code }) => code)
    .toSorted((a, b) => b.items.length - a.items.length)
    .map(({ key, items }) => `${items.length} ${key}`)
    .join(', ');
}
