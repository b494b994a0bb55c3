import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { fingerprint } from '../catalog/fact-text.ts';
import { sql } from '../common/sql.ts';
import { adminOf } from '../contract/migrator.ts';
import type { ServerName } from '../contract/servers/server-profile.ts';
import { dressCluster } from '../pipeline/dress/cluster.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { connect } from '../postgres/session.ts';
import { targetOf, urlOf } from '../postgres/target.ts';
import { startTestHead } from './head.ts';
import { managedProject, type ManagedHead } from './managed-head.ts';

const dressSql = readFileSync(new URL('managed-head.sql', import.meta.url), 'utf8');

/** This project's own head on a server that looks like a platform's, where the customer's admin owns everything. */
export async function startPlatformHead(name: ServerName): Promise<ManagedHead & { reader: string }> {
  const { role } = adminOf(name);
  const head = await startTestHead();
  const own = targetOf(head.urls.superuser, 'head');
  await head.superuser.script('drop schema rolecall_tap cascade');
  await head.superuser.close();
  const dressed = await dressCluster(own, adminOf(name), new AbortController().signal);
  const superuser = await connect(dressed.superuser);
  await superuser.script(sql`set rolecall.admin = ${quoteLiteral(role)}`);
  await superuser.script(dressSql);
  await superuser.script(`create role reader login password 'reader'`);
  const isOfPlatform = name === 'stock' ? `platform: stock\n` : '';
  const folder = await managedProject(
    (text) => `${isOfPlatform}${text}`.replace('  postgres:\n    kind: migrator\n', `  ${role}:\n    kind: migrator\n`),
    role,
  );
  return {
    ...head,
    superuser,
    urls: { ...head.urls, superuser: urlOf(dressed.superuser), admin: urlOf(dressed.migrator) },
    admin: dressed.migrator,
    reader: urlOf({ ...dressed.migrator, user: 'reader', password: 'reader' }),
    fingerprint: async () => fingerprint((await stateOf(dressed.superuser, new AbortController().signal)).facts),
    contract: path.join(folder, 'db', 'contract.yaml'),
    stop: async () => {
      await superuser.close();
      await head.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
