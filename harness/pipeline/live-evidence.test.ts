import { expect, it } from 'vitest';

import { hidingWhere } from './live-evidence.ts';

const target = { host: 'db-7.secret.example', port: 6432, user: 'app', password: `p"a'ss w0rd`, database: 'shop' };
const project = { secrets: [], contractText: 'identities: { app: { kind: login } }' };

it.each([
  ['could not connect to db-7.secret.example:6432', 'could not connect to ***'],
  ['no pg_hba.conf entry for host "10.1.2.3", user "app"', 'no pg_hba.conf entry for host "***", user "app"'],
  ['connection to server at "DB-7.secret.example", port 6432 failed', 'connection to server at "***", port *** failed'],
  [`the password is p"a'ss w0rd`, 'the password is ***'],
  ['socket /tmp/.s.PGSQL.6432', 'socket /tmp/.s.PGSQL.***'],
  ['6432 rows of shop', '6432 rows of shop'],
])('says %s without the place and the password', (text, left) => {
  expect(hidingWhere([target], project)(text)).toBe(left);
});

it('leaves a plain word that is a host, and often something else, where no server is meant', () => {
  const hide = hidingWhere([{ ...target, host: 'db', password: 'app' }], project);
  expect(hide('db/contract.yaml: app has SELECT on db.orders')).toBe('db/contract.yaml: app has SELECT on db.orders');
  expect(hide('no answer of db:6432, host=db')).toBe('no answer of ***, host=***');
});
