import type { CatalogAnswer } from '../attempts/attempt.ts';
import { describe, expect, it } from 'vitest';

import { proven } from './evidence.fixture.ts';
import { packFiles } from './pack-files.ts';

describe('what a pack holds of its servers', () => {
  const account = (word: string) => ({
    log: `log of ${word}\n`,
    version: `PostgreSQL 16 of ${word}\n`,
    artefacts: new Map([['ps.txt', `ps of ${word}\n`]]),
  });
  const files = packFiles(proven, {
    facts: { baseline: [], head: [] },
    servers: { baseline: account('baseline'), head: account('head') },
  });

  it.each(['baseline', 'head'] as const)('is their log, version and artefacts: %s', (phase) => {
    expect(files.get(`topology/server.${phase}.log`)).toBe(`log of ${phase}\n`);
    expect(files.get(`topology/version.${phase}.txt`)).toBe(`PostgreSQL 16 of ${phase}\n`);
    expect(files.get(`topology/${phase}.ps.txt`)).toBe(`ps of ${phase}\n`);
  });

  it('is what they answered about privileges, at baseline and at head', () => {
    const text = (phase: string) => files.get(`topology/privilege-probe.${phase}.txt`)!;
    expect(text('head')).toContain(
      `database ${proven.phases.head.database} at revision ${proven.phases.head.revision}\n`,
    );
    for (const [phase, { probes }] of Object.entries(proven.phases)) {
      for (const probe of probes.filter(({ kind }) => kind === 'catalog')) {
        const { answer, question, identity, object, privilege } = probe as CatalogAnswer;
        const word = typeof answer === 'string' ? answer : answer ? 'yes' : 'no';
        const line = text(phase)
          .split('\n')
          .find((one) => one.startsWith(word) && one.includes(`${question} ${identity} ${object}: `));
        expect(line!.split(': ').at(-1)!.split(', ')).toContain(privilege);
      }
    }
    expect(text('head')).toMatch(/^yes +app_user INSERT\/SELECT public\.llm_api_calls \(app_user via app_rw\)$/m);
    expect(text('baseline')).toMatch(/^no +app_user INSERT\/SELECT public\.llm_api_calls$/m);
  });
});
