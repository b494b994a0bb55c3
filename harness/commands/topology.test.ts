import { describe, expect, it } from 'vitest';

import { contractSchema } from '../contract/contract.ts';
import { testContext } from '../testing/head.ts';
import { topologyOptions, type TopologyFlags } from './topology.ts';

const contract = contractSchema.parse({
  version: 1,
  name: 'c',
  title: 'C',
  postgres: 15,
  revisions: { baseline: '1', head: '2' },
  migrations: { folder: '.' },
  identities: { app: { kind: 'login' }, rw: { kind: 'group' }, postgres: { kind: 'migrator' } },
});
const optionsOf = (flags: TopologyFlags, env: Record<string, string> = {}) =>
  topologyOptions(flags, contract, testContext(env).context);
const here = 'postgresql://postgres@localhost/postgres';

describe('what a topology is given', () => {
  it('is the role that migrates, too, whatever the contract says of it, but for the superuser of the URL', () => {
    const rolesOf = (as: string, login: string[] = []) =>
      topologyOptions(
        { topology: 'url', url: here, login },
        { ...contract, migrations: { folder: '.', timeout: 300, as } },
        testContext({}).context,
      );
    const judged = [
      { name: 'app', login: true },
      { name: 'rw', login: false },
    ];
    expect(rolesOf('owner').roles).toEqual([...judged, { name: 'owner', login: true }]);
    expect(rolesOf('rw').roles).toEqual([judged[0], { name: 'rw', login: true }]);
    expect(rolesOf('postgres').roles).toEqual(judged);
    expect([...rolesOf('owner', [`owner=${here}`]).logins!.keys()]).toEqual(['owner']);
  });

  it('is what the contract and the environment say, where no flag does', () => {
    expect(optionsOf({ topology: 'url' }, { ROLECALL_URL: here })).toMatchObject({
      major: 15,
      exactMajor: false,
      url: here,
      roles: [
        { name: 'app', login: true },
        { name: 'rw', login: false },
      ],
      env: { ROLECALL_URL: here },
    });
    expect(optionsOf({ topology: 'url', url: `${here}2`, pg: 17 }, { ROLECALL_URL: here })).toMatchObject({
      major: 17,
      exactMajor: true,
      url: `${here}2`,
    });
  });

  it('is the image that the flag says, or else the environment', () => {
    const env = { ROLECALL_POSTGRES_IMAGE: 'mine:16' };
    expect(optionsOf({ topology: 'compose' }, env).image).toBe('mine:16');
    expect(optionsOf({ topology: 'auto', image: 'other' }, env).image).toBe('other');
    expect([
      optionsOf({ topology: 'compose' }).image,
      optionsOf({ topology: 'compose' }, { ROLECALL_POSTGRES_IMAGE: '' }).image,
    ]).toEqual([undefined, undefined]);
    // If no image is started, the flag is refused, but the variable is not.
    expect(() => optionsOf({ topology: 'embedded' }, env)).not.toThrow();
  });

  it('ignores the server URL of the environment unless topology url is asked for', () => {
    expect(optionsOf({ topology: 'embedded' }, { ROLECALL_URL: here }).url).toBeUndefined();
  });

  it('is refused for a server that looks like production, unless --yes-production is given', () => {
    expect(() => optionsOf({ topology: 'url' }, { ROLECALL_URL: 'postgresql://postgres@db.prod/app' })).toThrow(
      'looks like production',
    );
    expect(
      optionsOf({ topology: 'url', yesProduction: true }, { ROLECALL_URL: 'postgresql://postgres@db.prod/app' }).url,
    ).toContain('prod');
  });

  it.each<[flags: TopologyFlags, message: string]>([
    [
      { topology: 'embedded', url: here, image: 'x' },
      '--url applies to --topology url only\n--image applies to compose and testcontainers only: embedded starts none',
    ],
    [{ topology: 'url', image: 'x' }, '--image applies to compose and testcontainers only: url starts none'],
    [
      { topology: 'auto', url: here, login: [`app=${here}`] },
      '--url applies to --topology url only\n--login applies to --topology url only: the others have no roles yet',
    ],
    [
      { topology: 'testcontainers', composeFile: 'compose.yml', service: 'db' },
      '--compose-file applies to --topology compose only\n--service applies to --topology compose only',
    ],
    [{ topology: 'auto', composeFile: 'compose.yml' }, '--compose-file applies to --topology compose only'],
    [{ topology: 'compose', yesProduction: true }, '--yes-production applies to --topology url only'],
  ])('is refused, with all faults at once: %j', (flags, message) => {
    expect(() => optionsOf(flags)).toThrow(message);
  });

  it('is the compose file and the service that the flags say', () => {
    const flags = { composeFile: 'compose.yml', service: 'db' };
    expect(optionsOf({ topology: 'compose', ...flags })).toMatchObject(flags);
  });

  it.each<TopologyFlags>([
    { topology: 'auto', image: 'x' },
    { topology: 'testcontainers', image: 'x' },
  ])('may be an image: %j', (flags) => {
    expect(optionsOf(flags).image).toBe('x');
  });
});
