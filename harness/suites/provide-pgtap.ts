import { quoteIdentifier } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { loadPgtap, pgtapSchema } from './pgtap.ts';

/** `load`: the database is ours. `use`: only what is there. `load-and-remove`: told to, and gone afterwards. */
export type PgtapMode = 'load' | 'use' | 'load-and-remove';

export interface ProvidedPgtap {
  schema: string;
  remove(): Promise<void>;
}

/** Makes pgTAP available and says in which schema; undefined where it is not there and may not be loaded. */
export async function providePgtap(superuser: Session, mode: PgtapMode): Promise<ProvidedPgtap | undefined> {
  const keep = () => Promise.resolve();
  const present = await findPgtap(superuser);
  if (present !== undefined) {
    return { schema: present, remove: keep };
  }
  if (mode === 'use') {
    return undefined;
  }
  await loadPgtap(superuser);
  const remove = () => superuser.script(`set client_min_messages = warning; drop schema ${quoteIdentifier(pgtapSchema)} cascade; reset client_min_messages`);
  return { schema: pgtapSchema, remove: mode === 'load' ? keep : remove };
}

/** Schema of a pgTAP that is there already: the tool's own, or the extension's. */
async function findPgtap(superuser: Session): Promise<string | undefined> {
  const rows = await superuser.query<{ schema: string }>(
    `select n.nspname as schema
       from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
      where p.proname in ('plan', 'finish', 'throws_ok') group by n.nspname having count(distinct p.proname) = 3
      order by n.nspname <> $1, n.nspname`,
    [pgtapSchema],
  );
  return rows[0]?.schema;
}
