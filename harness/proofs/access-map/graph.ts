import type { PhaseName } from '../../common/phase.ts';
import { by } from '../../common/order.ts';
import type { AccessMap, MapWay } from './judge.ts';
import { PhasedWords } from './phased.ts';

/** Whether something exists at both revisions, or only at one. */
export type Change = 'kept' | 'added' | 'removed';

/** A box of the picture: one identity, role or object, or several with the same arrows. */
export interface MapNode {
  id: string;
  kind: 'identity' | 'role' | 'object';
  /** Sorted. */
  names: string[];
}

/** An arrow from the holder to what it holds. */
export interface MapEdge {
  from: string;
  to: string;
  /** What the arrow means, each with its change: `SELECT`, `member`, `SET ROLE`, `as app_owner`. */
  words: { text: string; change: Change }[];
}

export interface MapGraph {
  nodes: MapNode[];
  edges: MapEdge[];
}

/** Boxes and arrows of the map: identities, the roles between, objects, and what gateways give access to. */
export function graphOf({ ways: all, gateways }: AccessMap): MapGraph {
  const ways = all.map(drawn);
  const kinds = new Map<string, MapNode['kind']>();
  const words = new PhasedWords();
  const add = (from: string, to: string, word: string, phases: readonly PhaseName[]) =>
    words.add(`${from}\0${to}`, word, phases);
  for (const way of ways) {
    kinds.set(role(way.identity), 'identity');
  }
  for (const way of ways) {
    const chain = [way.identity, ...way.chain];
    chain.forEach((name) => kinds.has(role(name)) || kinds.set(role(name), 'role'));
    chain.slice(1).forEach((name, index) => {
      add(
        role(chain[index]!),
        role(name),
        name === 'PUBLIC' ? 'everyone' : way.set_role ? 'SET ROLE' : 'member',
        way.phases,
      );
    });
    for (const object of way.objects) {
      kinds.set(`object ${object}`, 'object');
      way.privileges.forEach((privilege) =>
        add(role(chain.at(-1)!), `object ${object}`, said(way, privilege), way.phases),
      );
    }
  }
  for (const { object, tables, owner, phases } of gateways.filter((gateway) => kinds.has(`object ${gateway.object}`))) {
    for (const table of tables) {
      kinds.set(`object ${table}`, 'object');
      add(`object ${object}`, `object ${table}`, `as ${owner}`, phases);
    }
  }
  const edges = words.places().map((edge): MapEdge => {
    const [from, to] = edge.split('\0') as [string, string];
    return {
      from,
      to,
      words: words
        .at(edge)
        .map(([text, phases]) => ({ text, change: changeOf(phases) }))
        .toSorted(by(({ text }) => text)),
    };
  });
  const nodes = [...kinds].map(([id, kind]): MapNode => ({ id, kind, names: [id.replace(/^\w+ /, '')] }));
  return merged({ nodes, edges });
}

/** A way as it is drawn. An attribute of a role, such as BYPASSRLS, is drawn as an object that the role holds. */
export function drawn(way: MapWay): MapWay {
  return way.kind === 'role' ? { ...way, objects: way.privileges, privileges: ['attribute'] } : way;
}

const role = (name: string) => `role ${name}`;

function said({ via }: MapWay, privilege: string): string {
  return privilege === 'OWNER' ? 'owner' : via === 'superuser' ? `superuser: ${privilege}` : privilege;
}

export function changeOf(phases: ReadonlySet<PhaseName>): Change {
  return phases.size === 2 ? 'kept' : phases.has('head') ? 'added' : 'removed';
}

/** The words for a change, so that nobody needs its colour. */
export const changeWords: Record<Change, string> = { kept: '', added: ' (new)', removed: ' (gone)' };

/** Merges boxes of one kind with the same arrows in and out, until no two are alike. */
function merged({ nodes, edges }: MapGraph): MapGraph {
  for (;;) {
    const arrows = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
    for (const { from, to, words } of edges) {
      const text = JSON.stringify(words);
      arrows.get(from)!.push(`→ ${to} ${text}`);
      arrows.get(to)!.push(`← ${from} ${text}`);
    }
    const first = new Map<string, MapNode>();
    const stands = new Map<string, string>();
    for (const node of nodes) {
      const key = JSON.stringify([node.kind, arrows.get(node.id)!.toSorted()]);
      const known = first.get(key);
      if (known === undefined) {
        first.set(key, { ...node });
      } else {
        known.names = [...known.names, ...node.names].toSorted();
      }
      stands.set(node.id, (known ?? node).id);
    }
    if (first.size === nodes.length) {
      return {
        nodes: nodes.toSorted(by(({ id }) => id)),
        edges: edges.toSorted(by(({ from, to }) => `${from}\0${to}`)),
      };
    }
    const kept = new Map(edges.map((edge) => [`${stands.get(edge.from)}\0${stands.get(edge.to)}`, edge]));
    edges = [...kept.values()].map((edge) => ({ ...edge, from: stands.get(edge.from)!, to: stands.get(edge.to)! }));
    nodes = [...first.values()];
  }
}
