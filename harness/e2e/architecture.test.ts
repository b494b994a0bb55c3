import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';

const harness = path.join(repository, 'harness');
const sources = readdirSync(harness, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join(harness, name))
  .toSorted();

/** Files that a source imports, as it runs and as it is checked: types count. */
function importsOf(text: string, file: string): string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^;'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => path.resolve(path.dirname(file), (from ?? bare ?? dynamic)!));
}

/** The first circle among the imports, as a path; undefined where there is none. */
function circle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, trail: string[]): string[] | undefined => {
    if (trail.includes(file)) {
      return [...trail.slice(trail.indexOf(file)), file];
    }
    if (done.has(file)) {
      return undefined;
    }
    for (const next of graph.get(file) ?? []) {
      const found = walk(next, [...trail, file]);
      if (found !== undefined) {
        return found;
      }
    }
    done.add(file);
    return undefined;
  };
  return [...graph.keys()].map((file) => walk(file, [])).find((found) => found !== undefined);
}

describe('imports', () => {
  const graph = new Map(sources.map((file) => [file, importsOf(readFileSync(file, 'utf8'), file)]));

  it('are all seen, and all lead to a file', () => {
    expect(
      importsOf(
        `import type { A } from './a.ts';\nimport {\n  b,\n} from '../b.ts';\nimport './c.ts';\nexport { d } from './d.ts';\nawait im${'port'}('./e.ts');\nimport x from 'pg';`,
        '/h/x/y.ts',
      ),
    ).toEqual(['/h/x/a.ts', '/h/b.ts', '/h/x/c.ts', '/h/x/d.ts', '/h/x/e.ts']);
    expect(
      [...graph].flatMap(([file, imports]) =>
        imports.filter((one) => one.endsWith('.ts') && !graph.has(one)).map((one) => `${file} → ${one}`),
      ),
    ).toEqual([]);
    expect([...graph.values()].flat().length).toBeGreaterThan(sources.length);
  });

  it('go round in no circle', () => {
    expect(
      circle(
        new Map([
          ['a', ['b']],
          ['b', ['c', 'd']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
    expect(circle(graph)?.map((file) => path.relative(harness, file))).toBeUndefined();
  });
});

describe('suites and controls', () => {
  const stems = (folder: string) => readdirSync(path.join(repository, 'pgtap', folder)).toSorted();

  it('come in pairs of one name', () => {
    expect(stems('suites').length).toBeGreaterThan(0);
    expect(stems('controls')).toEqual(stems('suites'));
  });
});
