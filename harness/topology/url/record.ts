import type { Session } from '../../postgres/session.ts';
import type { Step } from './cluster-changes.ts';
import { stateQuery, type ClusterState } from './cluster-state.ts';

/** What is known, in the claim's own database, of a cluster before a run and of what the run did to it. */
export interface ClusterRecord {
  before: ClusterState;
  steps: Step[];
  /** Databases that the run made, or was about to make. */
  databases: ReadonlySet<string>;
}

/** Milliseconds between two looks at a piece of work: what a program that is killed did after the last one is not known to be its own. */
const interval = 250;

/** Begins a record: the state is read and kept on the server, where only superusers can read it. */
export async function beginRecord(session: Session): Promise<void> {
  await session.script(
    `create table public.before as ${await stateQuery(session)};
     create table public.steps (id integer generated always as identity primary key, before jsonb not null, after jsonb not null);
     create table public.databases (name name primary key)`,
  );
}

/** Whether the session's database has a record. */
export async function hasRecord(session: Session): Promise<boolean> {
  const [row] = await session.query<{ there: boolean }>(
    `select pg_catalog.to_regclass('public.before') is not null and pg_catalog.to_regclass('public.steps') is not null and pg_catalog.to_regclass('public.databases') is not null as there`,
  );
  return row!.there;
}

/** The record so far. */
export async function readRecord(session: Session): Promise<ClusterRecord> {
  const [row] = await session.query<{ before: ClusterState }>('select b.state as before from public.before as b');
  const steps = await session.query<Step & Record<string, unknown>>(
    'select s.id, s.before, s.after from public.steps as s order by s.id',
  );
  const databases = await session.query<{ name: string }>('select d.name::text as name from public.databases as d');
  return {
    before: row!.before,
    steps,
    databases: new Set([...databases.map(({ name }) => name), session.target.database]),
  };
}

/** Empties the record, once all it tells of has been put back. */
export async function clearRecord(session: Session): Promise<void> {
  await session.script('delete from public.steps; delete from public.databases');
}

/** Notes a database before it is made. One that is there already is somebody's. */
export async function noteDatabase(session: Session, name: string): Promise<void> {
  await session.query(
    'insert into public.databases (name) select $1::name where not exists (select from pg_catalog.pg_database as d where d.datname = $1::name) on conflict do nothing',
    [name],
  );
}

/** Does work, and records what the cluster was before it and is while and after it: what differs is taken for the work's own. */
export async function recorded<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const state = await stateQuery(session);
  const [step] = await session.query<{ id: number }>(
    `insert into public.steps (before, after) select s.state, s.state from (${state}) as s returning id`,
  );
  const look = () =>
    session.query(
      `with now as (${state}) update public.steps as s set after = n.state from now as n where s.id = $1 and s.after is distinct from n.state`,
      [step!.id],
    );
  // One look at a time; what goes wrong with it is said by the last one.
  let looking: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        looking = undefined;
      });
  }, interval);
  const end = async () => {
    clearInterval(timer);
    await looking;
    await look();
    await session.query('delete from public.steps as s where s.id = $1 and s.before = s.after', [step!.id]);
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
  await end();
  return result;
}
