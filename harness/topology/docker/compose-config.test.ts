import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { pinnedImage } from '../../testing/pinned-image.ts';
import { composeText, majorOfImage } from './compose-config.ts';

describe('what is started', () => {
  it('goes into the pack without a secret and without where it was', () => {
    const text = composeText(
      {
        services: {
          db: {
            build: { context: '/a/b/db', args: { TOKEN: 'hunter2' } },
            environment: { POSTGRES_USER: 'u', POSTGRES_PASSWORD: 'hunter2', OTHER: null },
            volumes: [{ type: 'bind', source: '/a/b/more', target: '/more' }],
          },
        },
        networks: { default: {} },
      },
      '/a/b',
    );
    expect(parse(text)).toEqual({
      networks: { default: {} },
      services: {
        db: {
          build: { context: './db', args: '***' },
          environment: { POSTGRES_USER: 'u', POSTGRES_PASSWORD: '***', OTHER: null },
          volumes: [{ type: 'bind', source: './more', target: '/more' }],
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
    const { services } = parse(
      readFileSync(fileURLToPath(new URL('../../../docker-compose.e2e.yml', import.meta.url)), 'utf8'),
    ) as { services: Record<string, { image: string }> };
    expect(new Set(Object.values(services).map(({ image }) => image))).toEqual(
      new Set(['${ROLECALL_POSTGRES_IMAGE:-postgres:' + /:(\d+\.\d+)$/.exec(pinnedImage)![1]! + '}']),
    );
  });
});
