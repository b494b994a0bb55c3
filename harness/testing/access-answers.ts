import { readFile } from 'node:fs/promises';

import type { Access } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/targets.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { tableOf } from '../catalog/identifiers.ts';

/** What the server says of a role, an object and a privilege. */
export interface Answer {
  identity: string;
  kind: FactKind;
  object: string;
  privilege: string;
  inherited: boolean;
  reachable: boolean;
  usable: boolean;
  grantable: boolean;
}

export const asked = ['inherited', 'reachable', 'usable', 'grantable'] as const;

/** The query that asks a server of this version everything at once. */
export async function answersQuery(major: number): Promise<string> {
  const text = await readFile(new URL('../catalog/fixtures/server-answers.sql', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => major >= Number(/-- since: (\d+)$/.exec(line)?.[1] ?? 0));
  return lines.join('\n');
}

export const keyOf = (identity: string, kind: string, object: string, privilege: string): string =>
  [identity, kind, object, privilege].join(' | ');

/** The answers about objects that facts speak of: what is as the server made it has none. */
export function toldOf(facts: readonly Fact[], answers: readonly Answer[]): Answer[] {
  const told = new Set(facts.map(({ kind, object }) => `${kind} ${object}`));
  const isTold = (object: string, kinds: readonly string[]) => kinds.some((kind) => told.has(`${kind} ${object}`));
  return answers.filter(({ kind, object }) =>
    kind === 'column' ? isTold(tableOf(object), [...tableKinds]) : isTold(object, [kind]),
  );
}

/** What we say on the questions that the server has answered. */
export class OurAnswers {
  readonly #byKey: ReadonlyMap<string, Access>;
  readonly #reachSuperuser: ReadonlySet<string>;

  constructor(accesses: readonly Access[]) {
    this.#byKey = new Map(
      accesses.map((access) => [keyOf(access.identity, access.kind, access.object, access.privilege), access]),
    );
    this.#reachSuperuser = new Set(
      accesses.filter(({ privilege }) => privilege === 'SUPERUSER').map(({ identity }) => identity),
    );
  }

  /** Whether the server can be held to it: asked of what a superuser's state gives, which may be anything, it was not. */
  isComparable(identity: string, ours: boolean, server: boolean): boolean {
    return server || !ours || !this.#reachSuperuser.has(identity);
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  to({ identity, kind, object, privilege }: Answer): Pick<Answer, (typeof asked)[number]> {
    const find = (...[what, name, right]: [string, string, string]) =>
      this.#byKey.get(keyOf(identity, what, name, right));
    const whole = kind === 'column' ? tableOf(object) : object;
    const kinds = kind === 'column' ? [...tableKinds] : [kind];
    const said = [
      ...new Set([find(kind, object, privilege), ...kinds.map((one) => find(one, whole, privilege))]),
    ].filter((a) => a !== undefined);
    const owns = kinds.some((one) => find(one, whole, 'OWNER')?.paths.some(({ assumed }) => assumed === 'inherited'));
    const inherited = said.flatMap(({ paths }) => paths).filter(({ assumed }) => assumed === 'inherited');
    return {
      inherited: inherited.length > 0,
      reachable: said.length > 0,
      usable: said.some(({ usable }) => usable),
      // An owner may grant even what it took from itself.
      grantable: inherited.some(({ grantable }) => grantable) || (inherited.length > 0 && owns),
    };
  }

  /** Where we say something else than the server, in words. */
  disagreements(answers: readonly Answer[]): string[] {
    return answers.flatMap((answer) => {
      const ours = this.to(answer);
      // Of a write to a catalog the server keeps the grant option, and not the privilege that could be granted.
      const isOfCatalog = answer.kind === 'column' && answer.object.startsWith('pg_catalog.');
      return asked
        .filter((one) => ours[one] !== answer[one] && !(isOfCatalog && one === 'grantable'))
        .filter((one) => this.isComparable(answer.identity, ours[one], answer[one]))
        .map(
          (one) =>
            `${keyOf(answer.identity, answer.kind, answer.object, answer.privilege)}: the server says ${one} ${String(answer[one])}`,
        );
    });
  }
}
