import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';

const harness = path.join(repository, 'harness');
const sources = readdirSync(harness, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join(harness, name))
  .toSorted();

/** Files that a source imports, at run time and for types. */
function importsOf(text: string, file: string): string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^;'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => path.resolve(path.dirname(file), (from ?? bare ?? dynamic)!));
}

/** The first import cycle, as a path; undefined if there is none. */
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

describe('packages', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(repository, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const isPublished = (file: string) =>
    !/\.(?:test|fixture)\.ts$/.test(file) && !/^harness\/(?:testing|e2e|bench)\//.test(path.relative(repository, file));
  const imported = new Set(
    sources
      .filter(isPublished)
      .flatMap((file) => [
        ...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|^import|\bimport\()\s*'((?:@[\w-]+\/)?[a-z][\w.-]*)/gm),
      ])
      .map(([, name]) => name!)
      .filter((name) => name !== 'node'),
  );

  it('that the published program imports are installed with it', () => {
    expect([...imported]).toContain('commander');
    expect([...imported].filter((name) => !(name in dependencies))).toEqual([]);
  });

  it('that it does not import are installed for the work on it alone', () => {
    // Types that published declarations import; a topology's own module, imported by a name in a variable.
    const byOtherMeans = ['@types/pg', '@electric-sql/pglite-pgtap'];
    expect(Object.keys(dependencies).filter((name) => !imported.has(name) && !byOtherMeans.includes(name))).toEqual([]);
    expect(Object.keys(devDependencies).filter((name) => imported.has(name))).toEqual([]);
  });
});
