import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

import { repository } from './cli.ts';

const { services } = parse(readFileSync(path.join(repository, 'docker-compose.e2e.yml'), 'utf8')) as {
  services: { postgres: { image: string } };
};

/** What docker-compose.e2e.yml starts where nothing says otherwise. */
export const pinnedImage = /:-(.*)\}$/.exec(services.postgres.image)![1]!;
