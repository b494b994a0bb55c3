import { describe, expect, it } from 'vitest';

import { graphOf } from './graph.ts';
import type { AccessMap, MapWay } from './judge.ts';
import { placed, type Picture } from './layout.ts';
import { matrixOf } from './matrix.ts';
import { manyRoles } from './map.fixture.ts';
import { accessMapView } from './view.ts';

const way = (identity: string, objects: string[], more: Partial<MapWay> = {}): MapWay => ({
  identity,
  chain: [],
  via: 'direct',
  kind: 'table',
  privileges: ['SELECT'],
  phases: ['baseline', 'head'],
  objects,
  ...more,
});
const map = (ways: MapWay[], more: Partial<AccessMap> = {}): AccessMap => ({
  ways,
  gateways: [],
  row_security: [],
  ...more,
});

/** The arrows in words. */
const arrows = (access_map: AccessMap) =>
  accessMapView({ access_map, findings: [] }).arrows.map(
    ({ from, to, parts }) => `${from} → ${to}: ${parts.map(({ text, word }) => `${text}${word}`).join('; ')}`,
  );

describe('the graph', () => {
  it('goes by the roles on the way, and says what is new and what is gone', () => {
    const ways = [
      way('app', ['s.orders'], { chain: ['readers'], privileges: ['SELECT'] }),
      way('app', ['s.orders'], { privileges: ['DELETE'], phases: ['baseline'] }),
      way('app', ['s.orders'], { privileges: ['INSERT'], phases: ['head'] }),
      way('app', ['s.notes'], { chain: ['PUBLIC'] }),
      way('app', ['s.keys'], { chain: ['admin'], set_role: true, via: 'owner', privileges: ['OWNER'] }),
      way('app', ['app'], { kind: 'role', privileges: ['BYPASSRLS'] }),
    ];
    expect(arrows(map(ways)).toSorted()).toEqual([
      'PUBLIC → s.notes: SELECT',
      'admin → s.keys: owner',
      'app → BYPASSRLS: attribute',
      'app → PUBLIC: everyone',
      'app → admin: SET ROLE',
      'app → readers: member',
      'app → s.orders: INSERT (new); DELETE (gone)',
      'readers → s.orders: SELECT',
    ]);
  });

  it('goes through a function that acts with its owner’s rights, where somebody may call it', () => {
    const gateways: AccessMap['gateways'] = [
      { object: 's.f()', kind: 'function', owner: 'keeper', tables: ['s.secrets'], phases: ['head'] },
      { object: 's.g()', kind: 'function', owner: 'keeper', tables: ['s.others'], phases: ['head'] },
    ];
    const ways = [way('app', ['s.f()'], { kind: 'function', privileges: ['EXECUTE'] })];
    expect(arrows(map(ways, { gateways }))).toEqual(['s.f() → s.secrets: as keeper (new)', 'app → s.f(): EXECUTE']);
  });

  it('draws as one what is reached alike and reaches alike, and nothing else', () => {
    const { nodes } = graphOf(map([way('a', ['s.x', 's.y']), way('b', ['s.x', 's.y']), way('c', ['s.z'])]));
    expect(nodes.map(({ names }) => names.join(' ')).toSorted()).toEqual(['a b', 'c', 's.x s.y', 's.z']);
    const two = graphOf(map([way('a', ['s.x']), way('b', ['s.y'])]));
    expect(two.nodes).toHaveLength(4);
  });
});

describe('the matrix', () => {
  const gateways: AccessMap['gateways'] = [
    { object: 's.f()', kind: 'function', owner: 'keeper', tables: ['s.secrets'], phases: ['baseline', 'head'] },
  ];
  const matrix = matrixOf(
    map(
      [
        way('app', ['s.x', 's.y'], { privileges: ['INSERT', 'SELECT'], chain: ['rw'] }),
        way('app', ['s.f()'], { kind: 'function', privileges: ['EXECUTE'] }),
        way('ops', ['s.y'], { phases: ['baseline'] }),
      ],
      { gateways, row_security: ['s.x', 's.y'] },
    ),
    [{ code: 'undeclared-access', severity: 'high', object: 's.x', identity: 'app', message: '', remedy: '' }],
  );

  it('has a row for objects of which all may do the same, with what is behind a function', () => {
    expect(
      matrix.schemas.flatMap(({ schema, rows }) =>
        rows.map(({ names, row_security, cells }) =>
          [
            schema,
            names.join(' '),
            row_security,
            ...cells.map(
              ({ parts, undeclared }) =>
                parts.map(({ text, word, path }) => `${text}${word} ${path}`).join('; ') + (undeclared ? ' !' : ''),
            ),
          ].join(' | '),
        ),
      ),
    ).toEqual([
      'schema s | s.f() | false | EXECUTE  | ',
      'schema s | s.secrets | false | through s.f() | ',
      'schema s | s.x | true | INSERT, SELECT rw ! | ',
      'schema s | s.y | true | INSERT, SELECT rw | SELECT (gone) ',
    ]);
  });

  it('is nothing where the evidence has no map', () => {
    expect(accessMapView({ findings: [] })).toMatchObject({ picture: null, matrix: null });
  });
});

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

function overlaps({ nodes, edges }: Picture): [Rectangle, Rectangle][] {
  const boxes: Rectangle[] = [...nodes, ...edges.map(({ label }) => label)];
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other): [Rectangle, Rectangle] => [one, other]),
  );
}

describe('the picture', () => {
  it.each([1, 5, 20, 60])('of %i roles has no box and no label on another', (roles) => {
    const picture = placed(graphOf(manyRoles(roles)));
    expect(picture.nodes.length).toBeGreaterThan(1);
    expect(overlaps(picture)).toEqual([]);
  });

  it('is the same for the same map', () => {
    expect(placed(graphOf(manyRoles(20)))).toEqual(placed(graphOf(manyRoles(20))));
  });
});
