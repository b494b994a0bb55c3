import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { pinnedImage } from '../../testing/pinned-image.ts';
import { composeText, imageOfService, majorOfImage } from './compose-config.ts';

const config = (postgres: object) =>
  JSON.stringify({ name: 'x', services: { postgres, migrate: { image: 'm', environment: { TOKEN: 'hunter2' } } } });

const read = (name: string) =>
  parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')) as {
    services: Record<string, { image: string }>;
  };

describe('a resolved compose file', () => {
  it('tells the image of the service, and none where it is built', () => {
    expect(imageOfService(config({ image: 'postgres:16' }), 'f')).toBe('postgres:16');
    expect(imageOfService(config({ image: 'mine', build: { context: '.' } }), 'f')).toBeUndefined();
    expect(() => imageOfService('{"services":{"db":{}}}', 'f')).toThrow('f has no service postgres');
  });

  it('goes into the pack as what was started, without a secret and without where it was', () => {
    const text = composeText(
      config({
        image: 'postgres:16',
        environment: { POSTGRES_USER: 'u', POSTGRES_PASSWORD: 'hunter2', OTHER: null },
        volumes: ['/a/b/init:/init'],
      }),
      '/a/b',
    );
    expect(parse(text)).toEqual({
      name: 'x',
      services: {
        postgres: {
          image: 'postgres:16',
          environment: { POSTGRES_USER: 'u', POSTGRES_PASSWORD: '***', OTHER: null },
          volumes: ['./init:/init'],
        },
      },
    });
  });
});

describe('an image', () => {
  it.each<[image: string, major: number | undefined]>([
    ['postgres:16', 16],
    ['postgres:16.14', 16],
    ['docker.io/library/postgres:17-bookworm', 17],
    ['localhost:5000/postgres:15.18@sha256:0f', 15],
    ['postgres', undefined],
    ['postgres:latest', undefined],
    ['postgres@sha256:16', undefined],
    ['timescale/pg:16', undefined],
    ['postgres:1600a', undefined],
  ])('%s tells its major version where it is a tag of postgres', (image, major) => {
    expect(majorOfImage(image)).toBe(major);
  });

  it('is pinned to a release, one for all services, and can be another one', () => {
    const { services } = read('../../../docker-compose.e2e.yml');
    expect(new Set(Object.values(services).map(({ image }) => image))).toEqual(
      new Set(['${ROLECALL_POSTGRES_IMAGE:-postgres:' + /:(\d+\.\d+)$/.exec(pinnedImage)![1]! + '}']),
    );
  });
});

describe('the override', () => {
  it('lays over a service that the file of the repository has', () => {
    expect(Object.keys(read('compose-override.yml').services)).toEqual(['postgres']);
    expect(Object.keys(read('../../../docker-compose.e2e.yml').services)).toEqual(['postgres', 'migrate', 'ready']);
  });
});
