import { describe, expect, it } from 'vitest';

import { RolecallError } from '../../common/errors.ts';
import { docker, dockerError, textOrReason } from './docker.ts';

/** Messages of Docker's command, engine and library, and the sentence that a user reads. */
const said: [words: string, sentence: RegExp, next: RegExp][] = [
  ['Command failed with ENOENT: docker version\nspawn docker ENOENT', /^docker is not installed/, /Install Docker/],
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    /engine does not answer/,
    /Start it/,
  ],
  [
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct',
    /engine does not answer/,
    /Start it/,
  ],
  ['Could not find a working container runtime strategy', /engine does not answer/, /DOCKER_HOST/],
  [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    /may not speak to/,
    /group docker/,
  ],
  [`docker: 'compose' is not a docker command.\nSee 'docker --help'`, /no compose plugin/, /Install Docker Compose/],
  ['docker: unknown command: docker compose', /no compose plugin/, /testcontainers/],
  [`unknown flag: --ansi\nSee 'docker --help'.`, /no compose plugin/, /Compose/],
  ['write /var/lib/docker/tmp/x: no space left on device', /disk of the Docker engine is full/, /docker system df/],
  ['Error response from daemon: No such image: postgres:99', /image is not there/, /docker load/],
  ['manifest for postgres:99 not found: manifest unknown: manifest unknown', /image is not there/, /Correct its name/],
  [
    `pull access denied for nothing, repository does not exist or may require 'docker login'`,
    /image is not there/,
    /log in to its registry/,
  ],
  [
    'Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
    /image is not there/,
    /docker load/,
  ],
  ['something that nobody has heard of', /^Docker could not do it\nsomething/, /See what it said/],
];

describe('a failure of Docker', () => {
  it.each(said)('is told from %j', (words, sentence, next) => {
    const error = dockerError(new RolecallError('child-failed', { message: words }));
    expect(error).toMatchObject({
      code: sentence.source.includes('not installed')
        ? 'docker-missing'
        : sentence.source.startsWith('image')
          ? 'image-missing'
          : 'topology-unavailable',
      message: expect.stringMatching(sentence),
      next: expect.stringMatching(next),
    });
    expect(error.message).toContain(words);
    expect(dockerError(new Error(words))).toMatchObject({ message: error.message });
  });

  it('is left as it is where it is one of ours', () => {
    const ours = new RolecallError('topology-unavailable', { message: 'ours' });
    expect(dockerError(ours)).toBe(ours);
  });

  it('is told where the command is not there', async () => {
    await expect(docker(['version'], { env: { PATH: '/nowhere' } })).rejects.toMatchObject({
      code: 'docker-missing',
      message: expect.stringMatching(/^docker is not installed\n/),
    });
  });

  it('is the interruption where there was one', async () => {
    const reason = new Error('interrupted');
    await expect(docker(['version'], { env: {}, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('an artefact', () => {
  it('is the text, or why there is none', async () => {
    expect(await textOrReason(Promise.resolve('text\n\n'))).toBe('text\n');
    expect(await textOrReason(Promise.reject(new Error('gone')))).toBe('not to be had: gone\n');
  });
});
