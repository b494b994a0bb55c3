import { roleSql } from '../catalog/role-name.ts';
import { sql, type RoleName, type SqlText } from '../common/sql.ts';
import { indexBy } from '../common/index-by.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { tenantSessionsOf } from '../contract/sessions.ts';
import { lookingUpByName } from '../postgres/lookup-by-name.ts';
import type { Session } from '../postgres/session.ts';
import { chooseHand, type Hand, type Holder, type Way } from './hand.ts';
import { assume, become, sessionFormOf, type SessionForm } from './session-form.ts';
import { readWithWays } from './way-to-role.ts';
import { withEmptyForNull, type ContextRecord } from './session-parts.ts';

const handsSql = lookingUpByName(readWithWays(new URL('sql/hands.sql', import.meta.url)));

interface HolderRow extends Record<string, unknown> {
  object: string;
  role: RoleName;
  way: Way;
  is_superuser: boolean;
  bypasses: boolean;
  is_owner: boolean;
  is_held: boolean;
  privileges: string[];
  permitted: string[];
}

const superuser: Hand = { as: 'superuser', role: '', way: 'session', isTenant: false };

/** Who runs the controls on each object, and who reads its rows. In a superuser's session it is always the superuser. */
export class Hands {
  readonly #holders: ReadonlyMap<string, readonly Holder[]> | undefined;
  readonly #nobody: Hand;
  /** How a role becomes a tenant: a login by its own session, another role by the first session in the contract. */
  readonly #forms: ReadonlyMap<RoleName, SessionForm>;
  readonly #firstForm: SessionForm | undefined;
  readonly #logins: ReadonlyMap<RoleName, string>;

  private constructor(nobody: Hand, contract?: ParsedContract, holders?: ReadonlyMap<string, readonly Holder[]>) {
    const sessions = contract === undefined ? [] : lendable(contract);
    this.#holders = holders;
    this.#nobody = nobody;
    this.#logins = new Map(sessions.map(({ identity, login }) => [identity, login]));
    this.#forms = new Map(sessions.map((one) => [one.identity, sessionFormOf(contract!, one)]));
    const [first] = contract === undefined ? [] : tenantSessionsOf(contract);
    this.#firstForm = first === undefined ? undefined : sessionFormOf(contract!, first);
  }

  /** The hands of a superuser's session, which needs no other role. */
  static readonly superuser = new Hands(superuser);

  /** Reads what `session` may use, if it is not a superuser's. `logins` are the logins that can connect. */
  static async read(session: Session, contract: ParsedContract, logins: ReadonlySet<string>): Promise<Hands> {
    const rows = await session.query<HolderRow>(handsSql, [
      Object.keys(contract.tables),
      Object.keys(contract.functions),
      lendable(contract)
        .filter(({ login }) => logins.has(login))
        .map(({ identity }) => identity),
    ]);
    const holders = indexBy(rows, ({ object }) => [object]);
    return new Hands(
      { as: session.target.user, role: session.target.user, way: 'session', isTenant: false },
      contract,
      new Map([...holders].map(([object, its]) => [object, its.map(holderOf)])),
    );
  }

  /** Whether a superuser's session is all that is needed. */
  get isSuperuser(): boolean {
    return this.#holders === undefined;
  }

  /** Who says which rows a table holds; undefined if nobody can. */
  reader(table: string): Hand | undefined {
    return this.#holders === undefined
      ? superuser
      : chooseHand(this.#holders.get(table) ?? [], ['SELECT'], { reads: true });
  }

  /** Whether nobody sees the rows of all tenants of a table at once. */
  seesTenantsApart(table: string): boolean {
    return this.reader(table)?.isTenant === true;
  }

  /**
   * Whether that holds for some table. A question about another table must then name a tenant too, because its condition may look
   * into such a table.
   */
  get seesSomeApart(): boolean {
    return [...(this.#holders?.keys() ?? [])].some((table) => this.seesTenantsApart(table));
  }

  /**
   * Who runs the control of a statement that needs privileges. If nobody has the first one, it is the session itself, which is
   * refused.
   */
  runner(object: string, needed: readonly [string, ...string[]]): Hand {
    return this.#holders === undefined
      ? superuser
      : (chooseHand(this.#holders.get(object) ?? [], needed) ?? this.#nobody);
  }

  /** Whether the session of a login reads a table. */
  lends(login: string): boolean {
    return [...(this.#holders?.keys() ?? [])].some((table) => {
      const hand = this.reader(table);
      return hand !== undefined && this.loginOf(hand) === login;
    });
  }

  /** Whether nobody has any privilege on an object. */
  isOutOfReach(object: string): boolean {
    return (
      this.#holders?.get(object)?.every(({ isSuperuser, privileges }) => !isSuperuser && privileges.length === 0) ??
      false
    );
  }

  /** The login whose session a hand needs; undefined if it uses the observing session. */
  loginOf({ way, role }: Hand): string | undefined {
    return way === 'login' ? this.#logins.get(role) : undefined;
  }

  /** Statements in a transaction by which a session becomes a hand and, with `record`, a tenant. */
  enter(hand: Hand, record?: ContextRecord | null): SqlText[] {
    return [...this.give(hand), ...this.become(hand, record)];
  }

  /** Statements by which a session grants itself the role first. */
  give({ way, role }: Hand): SqlText[] {
    return way === 'grant' ? [sql`grant ${roleSql(role)} to current_user`] : [];
  }

  /** The statements after `give`. */
  become({ way, role }: Hand, record?: ContextRecord | null): SqlText[] {
    const form = way === 'login' ? this.#forms.get(role) : this.#firstForm;
    const taken =
      way === 'session'
        ? []
        : way === 'login'
          ? assume(this.#forms.get(role)!)
          : [sql`set local role ${roleSql(role)}`];
    return [...taken, ...(form === undefined || record == null ? [] : become(form, withEmptyForNull(record)))];
  }
}

/** Sessions with a tenant whose login can be any tenant. */
function lendable(contract: ParsedContract) {
  return tenantSessionsOf(contract).filter(({ tenant }) => tenant === undefined);
}

function holderOf(row: HolderRow): Holder {
  return {
    role: row.role,
    way: row.way,
    isSuperuser: row.is_superuser,
    bypassesRowSecurity: row.bypasses,
    isOwner: row.is_owner,
    privileges: row.privileges,
    isHeld: row.is_held,
    permitted: row.permitted,
  };
}
