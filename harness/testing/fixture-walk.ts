import { expect } from 'vitest';

import { briefly, fixtureProject, isLive, startFixtureHead } from './fixture-project.ts';

/** Checks a fixture project, and a copy of its head for each of its leaks, with logins over their own connections. */
export async function walkFixture(name: string): Promise<void> {
  const project = await fixtureProject(name);
  expect(project.leaks).toHaveLength(3);
  const head = await startFixtureHead(project);
  try {
    const { code, verdict } = await head.check();
    expect([name, code, verdict.reasons]).toEqual([name, 0, []]);
    for (const leak of project.leaks) {
      const checked = await head.checkWith(leak);
      const open = checked.findings.filter(({ accepted }) => accepted === undefined);
      const found = { live: briefly(open.filter(isLive)), catalog: briefly(open.filter((one) => !isLive(one))) };
      expect([leak.name, checked.code, found]).toEqual([leak.name, 1, { live: leak.live, catalog: leak.catalog }]);
    }
  } finally {
    await head.stop();
  }
}
