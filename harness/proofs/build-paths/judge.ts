import type { OtherOwner } from '../../catalog/but-for-owners.ts';
import type { Fact } from '../../catalog/fact.ts';
import { factLine } from '../../catalog/fact-text.ts';
import { roleSql } from '../../catalog/role-name.ts';
import { sql } from '../../common/sql.ts';
import type { RefusedStatement } from '../../common/errors.ts';
import type { PhaseName } from '../../common/phase.ts';
import { counted } from '../../common/text.ts';
import { refusalOf, refusalToldBy, type Refusal } from '../../findings/refusals.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Finding } from '../../findings/finding.ts';
import { quoteLiteral } from '../../postgres/quote.ts';

/** Build paths to a phase's state. All must lead to the same state. */
export const pathTitles = {
  'built-again': 'head built a second time from nothing',
  upgraded: 'the baseline database upgraded to head',
  'roles-there': 'head built where its roles are there already',
  'taken-down': 'head taken down to baseline',
  'as-migrator': 'head built as the migrator of production',
} as const;
export type PathName = keyof typeof pathTitles;

/** One build path, and whether it reached the fingerprint of its phase. */
export interface BuildPath {
  path: PathName;
  phase: PhaseName;
  /** null if the build broke off. */
  fingerprint: string | null;
  expected: string;
  same: boolean;
  /** Facts that only this build path has. */
  added: Fact[];
  /** Facts that this build path lacks. */
  removed: Fact[];
  error: string | null;
  /** The statement at which the server refused to go on; absent if it refused none. */
  refused?: RefusedStatement;
  /**
   * The role that built in place of the superuser; absent if the superuser built. Its fingerprints leave out owners and grantors.
   */
  migrator?: string;
  /** The kind of server that it built on, in words. */
  platform?: string;
  /** What other roles own and grant there than in the observed state. */
  owners?: OtherOwner[];
}

/** A finding for each build path that ends in another state: the state depends on the path, not on the migrations alone. */
export function judgePaths(paths: readonly BuildPath[]): Finding[] {
  return paths
    .filter(({ same }) => !same)
    .map((way) => (way.migrator === undefined ? undefined : refusedFinding(way)) ?? diverging(way));
}

/** Whether the contract names a migrator and other build paths were tried, but not that one. */
export function isMigratorUntried(
  { migrator }: Pick<ParsedContract, 'migrator'>,
  paths: readonly BuildPath[],
): boolean {
  return migrator !== undefined && paths.length > 0 && !paths.some(({ path }) => path === 'as-migrator');
}

function diverging({ path, phase, added, removed, error }: BuildPath): Finding {
  const words = (fact: Fact) => factLine(fact).replaceAll('\t', ' ');
  const facts = [...added.map((fact) => `+ ${words(fact)}`), ...removed.map((fact) => `- ${words(fact)}`)];
  return {
    code: 'path-diverges',
    severity: 'high',
    object: path,
    identity: '',
    message: `${pathTitles[path]} ${error === null ? `does not reach the fingerprint of ${phase}: ${differing(facts)}` : [`broke off: ${error}`, ...facts].join('\n')}`,
    remedy:
      (path === 'roles-there' ? guardedRole(error) : undefined) ??
      'Make the migrations say everything: what they leave to chance (existing roles, grants made by hand, a way back that forgets) decides the state.',
  };
}

/** The remedy for a migration that makes a role which another database of its server has brought. */
function guardedRole(error: string | null): string | undefined {
  const role = /\brole "(.+)" already exists \(SQLSTATE 42710\)/.exec(error ?? '')?.[1];
  const block =
    role &&
    sql`DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}) THEN CREATE ROLE ${roleSql(role)}; END IF; END $$;`;
  return (
    block &&
    `Guard the CREATE ROLE, for a role that is there already, with the options that it has now: ${block} Where that migration must not be edited any more, accept this with the reason: it builds one database of a server, and no second one.`
  );
}

/** `1 fact differs`, `2 facts differ`; empty if none does. */
export function differWords(facts: number): string {
  return facts === 0 ? '' : `${counted(facts, 'fact')} ${facts === 1 ? 'differs' : 'differ'}`;
}

/** How many facts there are of a finding's first line, which is all that a console shows of it. */
const shownFacts = 3;

/** How many facts differ, with the first of them in the same line and each other one in its own. */
function differing(facts: readonly string[]): string {
  const others = facts.slice(shownFacts);
  const first = [
    ...facts.slice(0, shownFacts),
    ...(others.length === 0 ? [] : [`and ${counted(others.length, 'other')}`]),
  ];
  return [`${differWords(facts.length)}: ${first.join('; ')}`, ...others].join('\n');
}

/**
 * The finding if production would refuse a statement that the superuser may run; undefined if the build broke off for another
 * reason.
 */
function refusedFinding({ migrator = '', platform = '', refused, error }: BuildPath): Finding | undefined {
  const by = `${migrator}, who migrates in production (${platform}), is refused what the superuser may`;
  if (refused === undefined) {
    const told = error === null ? undefined : refusalToldBy(error);
    return told === undefined ? undefined : refusal('migrations', migrator, `${by}: ${error}`, '42501', told.known);
  }
  const { file, line, sqlstate, message, detail } = refused;
  const more = detail === '' ? '' : `\nDetail: ${detail}`;
  return {
    ...refusal(
      file,
      migrator,
      `${by}: ${file}:${line}: ${message} (SQLSTATE ${sqlstate})${more}`,
      sqlstate,
      refusalOf(refused),
    ),
    location: { file, line },
  };
}

function refusal(object: string, identity: string, message: string, sqlstate: string, known?: Refusal): Finding {
  return {
    code: 'migrator-refused',
    severity: 'high',
    object,
    identity,
    access: known?.name ?? sqlstate,
    message,
    remedy:
      known?.remedy ??
      'Write what a role may that is not a superuser; or let who provides the server do it, and write that into the file of `migrator.given` in the contract.',
  };
}
