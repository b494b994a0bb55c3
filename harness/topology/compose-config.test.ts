import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { composeText, imageOfService } from './compose-config.ts';

const config = (postgres: object) => JSON.stringify({ name: 'x', services: { postgres, migrate: { image: 'm', environment: { TOKEN: 'hunter2' } } } });

describe('a resolved compose file', () => {
  it('tells the image of the service, and none where it is built', () => {
    expect(imageOfService(config({ image: 'postgres:16' }), 'f')).toBe('postgres:16');
    expect(imageOfService(config({ image: 'mine', build: { context: '.' } }), 'f')).toBeUndefined();
    expect(() => imageOfService('{"services":{"db":{}}}', 'f')).toThrow('f has no service postgres');
  });

  it('goes into the pack as what was started, without a secret and without where it was', () => {
    const text = composeText(config({ image: 'postgres:16', environment: { POSTGRES_USER: 'u', POSTGRES_PASSWORD: 'hunter2', OTHER: null }, volumes: ['/a/b/init:/init'] }), '/a/b');
    expect(parse(text)).toEqual({
      name: 'x',
      services: { postgres: { image: 'postgres:16', environment: { POSTGRES_USER: 'u', POSTGRES_PASSWORD: '***', OTHER: null }, volumes: ['./init:/init'] } },
    });
  });
});

describe('the override', () => {
  const read = (name: string) => parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')) as { services: Record<string, unknown> };

  it('lays over a service that the file of the repository has', () => {
    expect(Object.keys(read('compose-override.yml').services)).toEqual(['postgres']);
    expect(Object.keys(read('../../docker-compose.e2e.yml').services)).toEqual(['postgres', 'migrate', 'ready']);
  });
});
