import { graphlib, layout } from '@dagrejs/dagre';

import { columnsOf, routed, type Box, type Point, type RankedBox } from './route.ts';
import { changeWords, type Change, type MapEdge, type MapGraph, type MapNode } from './graph.ts';

/** Width of a character of the picture's font, in the picture's units. No monospaced font is wider at size 12. */
const characterWidth = 7.4;
const lineHeight = 16;
/** How many names a box shows before it counts the others. */
const mostNames = 6;

export interface PlacedNode {
  kind: MapNode['kind'];
  x: number;
  y: number;
  width: number;
  height: number;
  lines: { x: number; y: number; text: string; isCount: boolean }[];
}

export interface PlacedEdge {
  change: Change;
  path: string;
  label: {
    x: number;
    y: number;
    width: number;
    height: number;
    lines: { x: number; y: number; text: string; change: Change }[];
  };
}

/** The picture: boxes and arrows with their positions, left to right. */
export interface Picture {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

/** Places boxes and arrows so that no two labels overlap. */
export function placed({ nodes, edges }: MapGraph): Picture {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, edgesep: 10, ranksep: 36, marginx: 8, marginy: 8 });
  for (const { id, names } of nodes) {
    const lines = linesOf(names);
    graph.setNode(id, { ...boxOf(lines, 10), lines });
  }
  for (const { from, to, words } of edges) {
    const lines = labelOf(words);
    graph.setEdge(from, to, { ...boxOf(lines, 4), labelpos: 'c', lines });
  }
  layout(graph);
  const columns = columnsOf(nodes.map(({ id }) => graph.node(id) as RankedBox));
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map(({ id, kind, names }) => placedNode(kind, names, graph.node(id) as Box)),
    edges: edges.map((edge) => {
      const route = routed(graph.edge(edge.from, edge.to) as { points: Point[] }, {
        from: graph.node(edge.from) as RankedBox,
        to: graph.node(edge.to) as RankedBox,
        columns,
      });
      return placedEdge(edge, graph.edge(edge.from, edge.to) as Box, route);
    }),
  };
}

function boxOf(lines: readonly string[], padding: number) {
  const longest = Math.max(...lines.map((line) => line.length));
  return { width: Math.ceil(longest * characterWidth) + 2 * padding, height: lines.length * lineHeight + padding };
}

function linesOf(names: readonly string[]): string[] {
  return names.length <= mostNames
    ? [...names]
    : [...names.slice(0, mostNames - 1), `and ${names.length - mostNames + 1} more`];
}

const marks: Record<Change, string> = { kept: '', added: '+ ', removed: '− ' };

function labelOf(words: MapEdge['words']): string[] {
  return groupedWords(words).map(({ change, text }) => `${marks[change]}${text}`);
}

/** The words of an arrow, one line for each change. */
export function groupedWords(words: MapEdge['words']): { change: Change; text: string; word: string }[] {
  return (['kept', 'added', 'removed'] as const).flatMap((change) => {
    const texts = words.filter((word) => word.change === change).map(({ text }) => text);
    return texts.length === 0 ? [] : [{ change, text: texts.join(', '), word: changeWords[change] }];
  });
}

const rounded = (n: number) => Math.round(n * 10) / 10;

function placedNode(kind: MapNode['kind'], names: readonly string[], { x, y, width, height }: Box): PlacedNode {
  const left = rounded(x - width / 2);
  const top = rounded(y - height / 2);
  return {
    kind,
    x: left,
    y: top,
    width,
    height,
    lines: linesOf(names).map((text, index, all) => ({
      x: rounded(left + 10),
      y: rounded(top + 17 + index * lineHeight),
      text,
      isCount: all.length < names.length && index === all.length - 1,
    })),
  };
}

function placedEdge({ words }: MapEdge, { x, y, width, height }: Box, points: readonly Point[]): PlacedEdge {
  const left = rounded(x - width / 2);
  const top = rounded(y - height / 2);
  const lines = groupedWords(words).map(({ change, text }, index) => ({
    x: rounded(left + 4),
    y: rounded(top + 14 + index * lineHeight),
    text: `${marks[change]}${text}`,
    change,
  }));
  const changes = new Set(words.map(({ change }) => change));
  return {
    change: changes.size === 1 ? words[0]!.change : 'kept',
    path: points.map((point, index) => `${index === 0 ? 'M' : 'L'}${rounded(point.x)} ${rounded(point.y)}`).join(' '),
    label: { x: left, y: top, width, height, lines },
  };
}
