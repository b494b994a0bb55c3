import { counted } from '../../common/text.ts';
import type { Finding } from '../../findings/finding.ts';
import { graphOf, type Change, type MapGraph } from './graph.ts';
import type { AccessMapEvidence } from './judge.ts';
import { groupedWords, placed, type Picture } from './layout.ts';
import { matrixOf, type Matrix } from './matrix.ts';

export interface AccessMapView {
  picture: Picture | null;
  /** What the picture shows, in a sentence. */
  description: string;
  /** The picture as text, one line for each arrow. */
  arrows: { from: string; to: string; parts: { change: Change; text: string; word: string }[] }[];
  matrix: Matrix | null;
}

/** The map for the templates; undefined if the evidence has none, as in older versions. */
export function accessMapView({
  access_map,
  findings,
}: Partial<AccessMapEvidence> & { findings: readonly Finding[] }): AccessMapView {
  if (access_map === undefined || access_map.ways.length === 0) {
    return { picture: null, description: '', arrows: [], matrix: null };
  }
  const graph = graphOf(access_map);
  return {
    picture: placed(graph),
    description: `${counted(count(graph, 'identity'), 'identity', 'identities')}, ${counted(count(graph, 'role'), 'role')} on the way, ${counted(count(graph, 'object'), 'object')}. The list below says the same.`,
    arrows: arrowsOf(graph),
    matrix: matrixOf(access_map, findings),
  };
}

function count({ nodes }: MapGraph, kind: string): number {
  return nodes.filter((node) => node.kind === kind).reduce((sum, { names }) => sum + names.length, 0);
}

function arrowsOf({ nodes, edges }: MapGraph): AccessMapView['arrows'] {
  const names = new Map(nodes.map((node) => [node.id, node.names.join(', ')]));
  return edges.map(({ from, to, words }) => ({
    from: names.get(from)!,
    to: names.get(to)!,
    parts: groupedWords(words),
  }));
}
