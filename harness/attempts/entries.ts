import { sql } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { tenantByRole } from '../contract/rows.ts';
import {
  onMissingOf,
  sessionKey,
  sessionsOf,
  tenantsOf,
  type ContractSession,
  type Tenants,
} from '../contract/sessions.ts';
import type { Ground } from './ground.ts';
import { sessionFormOf, type SessionForm } from './session-form.ts';
import { entriesOf, type ContextEntry } from './tenant-context.ts';
import type { Trial } from './trial.ts';

/** How sessions enter the contexts of trials, from the contract and what is known of the database. */
export class Entries {
  readonly #contract: ParsedContract;
  readonly #ground: Pick<Ground, 'shapes' | 'disguises'>;
  readonly #tenants: Tenants | undefined;
  readonly #forms = new Map<string, SessionForm>();
  readonly #roleForms = new Map<string, readonly SessionForm[]>();

  constructor(contract: ParsedContract, ground: Pick<Ground, 'shapes' | 'disguises'>) {
    this.#contract = contract;
    this.#ground = ground;
    this.#tenants = tenantsOf(contract);
  }

  /** The ways to enter the context of a trial. */
  of({ context, session, object, writesForeign = () => true }: Trial): readonly [ContextEntry, ...ContextEntry[]] {
    const { shapes, disguises } = this.#ground;
    const { hostile = [], base = object } = shapes.get(object) ?? {};
    const byRole = context === 'hostile' ? tenantByRole(this.#contract, object, session) : undefined;
    const entries = entriesOf(context, this.#formOf(session), {
      tenants: this.#tenants,
      seen: sql`select 1 from ${object}`,
      hostile,
      disguises: disguises.get(session.login) ?? [],
      onMissing: onMissingOf(this.#contract, this.#contract.tables[base]),
      byRole: byRole === undefined ? undefined : this.#tenants?.[byRole],
      roleForms: this.#roleFormsOf(session.login),
    });
    const [first = entries[0], ...rest] = entries.filter(({ record }) => writesForeign(record));
    return [first, ...rest];
  }

  #formOf(session: ContractSession): SessionForm {
    const key = sessionKey(session);
    const form = this.#forms.get(key) ?? sessionFormOf(this.#contract, session);
    this.#forms.set(key, form);
    return form;
  }

  /** The sessions in which a login assumes a role. */
  #roleFormsOf(login: string): readonly SessionForm[] {
    const forms =
      this.#roleForms.get(login) ??
      sessionsOf(this.#contract)
        .filter((one) => one.login === login && one.role !== null)
        .map((one) => this.#formOf(one));
    this.#roleForms.set(login, forms);
    return forms;
  }
}
