import type { RoleName } from '../common/sql.ts';

/** Sessions as a contract declares them. */
export type DraftSessions = Record<string, { login: RoleName; role?: RoleName; set: Record<string, string> }>;

/** A setting that policies read, or a key of one that holds JSON. */
export interface SettingSource {
  setting: string;
  key?: string;
}

/** What a login becomes to reach tables with row security: itself, or a role that it assumes. */
export interface Way {
  login: RoleName;
  role?: RoleName;
}

/** A session for each way, with every setting that policies read. Keys of one JSON setting share a text. */
export function sessionsOf(
  sources: readonly SettingSource[],
  names: ReadonlyMap<string, string>,
  ways: readonly Way[],
): DraftSessions {
  const bySetting = new Map<string, Record<string, string> | string>();
  for (const source of sources) {
    const name = names.get(JSON.stringify(source))!;
    const known = bySetting.get(source.setting);
    bySetting.set(
      source.setting,
      source.key === undefined
        ? `{${name}}`
        : { ...(typeof known === 'object' ? known : {}), [source.key]: `{${name}}` },
    );
  }
  return Object.fromEntries(
    ways.map(({ login, role }, at) => {
      const set = Object.fromEntries(
        [...bySetting].map(([setting, value]) => [
          setting,
          typeof value === 'string' ? value : JSON.stringify({ ...value, ...(role === undefined ? {} : { role }) }),
        ]),
      );
      return [
        ways.length === 1 ? 'user' : `${role ?? login}_${at + 1}`,
        { login, ...(role === undefined ? {} : { role }), set },
      ];
    }),
  );
}

/** A short name for each source: the JSON key, or the last word of the setting. */
export function valueNames(sources: readonly SettingSource[], person: string | undefined): Map<string, string> {
  const names = new Map<string, string>();
  for (const source of sources) {
    const own = source.key === 'sub' ? person : undefined;
    const word = (own ?? source.key ?? source.setting.split('.').at(-1)!).replaceAll(/\W/g, '_');
    const taken = new Set(names.values());
    names.set(JSON.stringify(source), taken.has(word) ? `${word}_${names.size + 1}` : word);
  }
  return names;
}
