import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fingerprint } from '../catalog/fact-text.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { renamedSuperuser } from '../pipeline/dress/cluster.ts';
import { connect } from '../postgres/session.ts';
import { targetOf, urlOf, type Target } from '../postgres/target.ts';
import { repository } from './cli.ts';
import { startTestHead, type TestHead } from './head.ts';

const dressSql = readFileSync(new URL('managed-head.sql', import.meta.url), 'utf8');

/** A head on a managed server: its superuser is the provider's, and the owner of its objects is not a superuser. */
export interface ManagedHead extends TestHead {
  urls: TestHead['urls'] & {
    /** `postgres`, with CREATEROLE and CREATEDB. It owns everything that the superuser made. */
    admin: string;
  };
  /** The admin's connection to the database. */
  admin: Target;
  /** The project's contract, in which `postgres` has the memberships from its server, and the superuser is the platform's. */
  contract: string;
}

/** The name of the superuser that a provider keeps. */
export const providersSuperuser = 'provider_admin';

/**
 * This project's own head with its superuser renamed. In its place is a `postgres` with CREATEROLE and CREATEDB and with what
 * PostgreSQL 16 gives the creator of roles and objects: ownership, and ADMIN OPTION on the roles, with neither SET nor INHERIT.
 */
export async function startManagedHead(): Promise<ManagedHead> {
  const head = await startTestHead();
  const target = targetOf(head.urls.superuser, 'head');
  await head.superuser.close();
  const superuserTarget = await renamedSuperuser(target, providersSuperuser, new AbortController().signal);
  const superuser = await connect(superuserTarget);
  await superuser.script('drop schema rolecall_tap cascade');
  await superuser.script(`create role postgres login createrole createdb; set rolecall.admin = 'postgres'`);
  await superuser.script(dressSql);
  const admin = { ...target, password: 'managed' };
  await superuser.script(`alter role ${admin.user} password '${admin.password}'`);
  const instead = `${before}    member_of:\n${made.join('')}  ${providersSuperuser}:\n    kind: platform\n`;
  const folder = await managedProject((text) => text.replace(before, instead));
  return {
    ...head,
    superuser,
    urls: { ...head.urls, superuser: urlOf(superuserTarget), admin: urlOf(admin) },
    admin,
    fingerprint: async () => fingerprint((await stateOf(superuserTarget, new AbortController().signal)).facts),
    contract: path.join(folder, 'db', 'contract.yaml'),
    stop: async () => {
      await superuser.close();
      await head.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const before = '  postgres:\n    kind: migrator\n';

/** Roles that `postgres` made, as PostgreSQL 16 records it for a creator with CREATEROLE. */
const made = ['app_user', 'app_rw', 'app_ro', 'app_security'].map(
  (role) => `      - { role: ${role}, inherit: false, set: false, admin: true }\n`,
);

/** Suites about memberships and schemas that assume a server whose superuser is `postgres`. */
const ofSuperusers = ['01_roles.sql', '04_definer_functions_in_catalog.sql'];

/** Links the contents of a folder of the repository into the same folder elsewhere. */
async function linkAll(name: string, folder: string, isWanted: (name: string) => boolean): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  for (const one of (await readdir(path.join(repository, name))).filter(isWanted)) {
    await symlink(path.join(repository, name, one), path.join(folder, name, one));
  }
}

/** A folder with the project, whose contract declares what a managed server has. The caller removes it. */
export async function managedProject(edit: (text: string) => string, admin = 'postgres'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-managed-'));
  await linkAll('db', folder, (name) => name !== 'contract.yaml');
  await linkAll('pgtap', folder, (name) => name.endsWith('.sql'));
  const suites = path.join('pgtap', 'suites');
  await mkdir(path.join(folder, suites));
  for (const name of (await readdir(path.join(repository, suites))).filter((one) => !ofSuperusers.includes(one))) {
    const suite = await readFile(path.join(repository, suites, name), 'utf8');
    await writeFile(path.join(folder, suites, name), suite.replace(/^--! as: postgres$/m, `--! as: ${admin}`));
  }
  await linkAll(path.join('pgtap', 'controls'), folder, (name) => !ofSuperusers.includes(name));
  const text = await readFile(path.join(repository, 'db', 'contract.yaml'), 'utf8');
  if (!text.includes(before)) {
    throw new Error('the contract says something else of postgres than it did');
  }
  await writeFile(path.join(folder, 'db', 'contract.yaml'), edit(text));
  return folder;
}
