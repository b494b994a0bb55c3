import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

import { repository } from './cli.ts';

const { services } = parse(readFileSync(path.join(repository, 'docker-compose.e2e.yml'), 'utf8')) as {
  services: { postgres: { image: string } };
};

/** The default image of docker-compose.e2e.yml. */
export const pinnedImage = /:-(.*)\}$/.exec(services.postgres.image)![1]!;
