import { readFile } from 'node:fs/promises';

import type { Access } from '../catalog/access/effective-access.ts';
import { tableKinds } from '../catalog/access/object-privileges.ts';
import type { Fact, FactKind } from '../catalog/fact.ts';
import { tableOf } from '../catalog/identifiers.ts';

/** The server's answer about a role, an object and a privilege. */
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

/** The query that asks a server of this version all questions at once. */
export async function answersQuery(major: number): Promise<string> {
  const text = await readFile(new URL('../catalog/fixtures/server-answers.sql', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => major >= Number(/-- since: (\d+)$/.exec(line)?.[1] ?? 0));
  return lines.join('\n');
}

export const keyOf = (identity: string, kind: string, object: string, privilege: string): string =>
  [identity, kind, object, privilege].join(' | ');

/** The answers about objects in facts. Unchanged objects of the server have no facts. */
export function toldOf(facts: readonly Fact[], answers: readonly Answer[]): Answer[] {
  const told = new Set(facts.map(({ kind, object }) => `${kind} ${object}`));
  const isTold = (object: string, kinds: readonly string[]) => kinds.some((kind) => told.has(`${kind} ${object}`));
  return answers.filter(({ kind, object }) =>
    kind === 'column' ? isTold(tableOf(object), [...tableKinds]) : isTold(object, [kind]),
  );
}

/** Our answers to the questions that the server has answered. */
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

  /**
   * Whether the comparison with the server is fair. It was not asked about what a role gets after SET ROLE to a superuser, which
   * may do anything.
   */
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

  /** Where our answer differs from the server's, in words. */
  disagreements(answers: readonly Answer[]): string[] {
    return answers.flatMap((answer) => {
      const ours = this.to(answer);
      // For writes to a catalog the server keeps the grant option without the privilege.
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
