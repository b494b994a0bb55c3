import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { messageOf } from '../common/errors.ts';
import { joined, sql, type RoleName, type SqlText } from '../common/sql.ts';
import type { DraftIdentity } from '../draft/identities.ts';
import { roleSql } from '../catalog/role-name.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { DraftFiles } from './init-files.ts';

/** How many roles a build may lack before it is given up. */
const mostRoles = 50;

/** What must exist besides the migrations. It is found by building without it. */
export class DraftProvision {
  readonly #files: DraftFiles;
  readonly #given: string | undefined;
  readonly #roles = new Map<RoleName, { login: boolean }>();
  #login: { name: RoleName; groups: RoleName[] } | undefined;

  /** `given` is a file of the project that runs first. */
  constructor(files: DraftFiles, given: string | undefined) {
    this.#files = files;
    this.#given = given;
  }

  /** In words, what a person must correct. */
  get unsure(): string[] {
    const made = [...this.#roles].map(([name, { login }]) => `${name} (${login ? 'LOGIN' : 'NOLOGIN'})`);
    return [
      ...(made.length === 0
        ? []
        : [`The migrations take roles for granted: ${made.join(', ')} are made in provision/before.sql, by guess.`]),
      ...(this.#login === undefined
        ? []
        : [
            `No role of the migrations logs in: ${this.#login.name} was made in provision/after.sql. Put your application’s login in its place.`,
          ]),
    ];
  }

  /** Writes the files, and returns the section of the contract that names them. */
  async write(): Promise<{ before?: string; after?: string }> {
    const { folder } = this.#files;
    const roles = [...this.#roles].map(([name, { login }]) => createdWhereMissing(name, login));
    const given =
      this.#given === undefined ? '' : `\\ir ${slashed(path.relative(path.join(folder, 'provision'), this.#given))}\n`;
    const before = `${given}${roles.join('')}`;
    if (before !== '') {
      await this.#files.write(
        path.join(folder, 'provision', 'before.sql'),
        `-- What the migrations take for granted. Say here what the roles are outside: LOGIN, attributes, memberships.\n${before}`,
      );
    }
    if (this.#login !== undefined) {
      const { name, groups } = this.#login;
      const grant = groups.length === 0 ? '' : sql`grant ${joined(groups.map(roleSql))} to ${roleSql(name)};\n`;
      await this.#files.write(
        path.join(folder, 'provision', 'after.sql'),
        `-- The login that the application connects as.\n${createdWhereMissing(name, true)}${grant}`,
      );
    }
    return {
      ...(before === '' ? {} : { before: 'provision/before.sql' }),
      ...(this.#login === undefined ? {} : { after: 'provision/after.sql' }),
    };
  }

  /** Adds the role that a build did not find; undefined if the build broke off for another reason. */
  addMissing(error: unknown): RoleName | undefined {
    const [, role] = /role "(.+?)" does not exist/.exec(messageOf(error)) ?? [];
    if (role === undefined || this.#roles.has(role) || this.#roles.size === mostRoles) {
      return undefined;
    }
    this.#roles.set(role, { login: false });
    return role;
  }

  /** Gives LOGIN if no identity has it: to roles that were made here and have no members, otherwise to a new role. */
  addLogin(identities: Readonly<Record<RoleName, DraftIdentity>>): boolean {
    const all = Object.entries(identities);
    if (this.#login !== undefined || all.some(([, { kind }]) => kind === 'login')) {
      return false;
    }
    const groups = new Set(
      all.flatMap(([, { member_of: memberships = [] }]) =>
        memberships.map((one) => (typeof one === 'string' ? one : one.role)),
      ),
    );
    const free = [...this.#roles].filter(([name]) => !groups.has(name) && identities[name]?.kind === 'group');
    if (free.length > 0) {
      free.forEach(([name]) => this.#roles.set(name, { login: true }));
      return true;
    }
    const taken = new Set(all.map(([name]) => name));
    const name = ['app', 'application', 'app_login'].find((one) => !taken.has(one)) ?? 'rolecall_app';
    const granted = all.filter(
      ([, { kind, attributes = [] }]) => kind === 'group' && !attributes.includes('BYPASSRLS'),
    );
    this.#login = { name, groups: granted.map(([role]) => role) };
    return true;
  }
}

/** Creates a role that a server may already have: roles belong to the cluster and outlive the database. */
function createdWhereMissing(name: RoleName, login: boolean): SqlText {
  const role = roleSql(name);
  return sql`do $role$ begin
  if to_regrole(${quoteLiteral(role)}) is null then create role ${role} ${login ? 'login' : 'nologin'}; end if;
end $role$;
`;
}
