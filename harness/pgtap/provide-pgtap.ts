import { sql } from '../common/sql.ts';
import { readFileSync } from 'node:fs';

import { RolecallError } from '../common/errors.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { loadPgtap, pgtapSchema } from './pgtap.ts';

/** `load`: the database is ours. `use`: only an existing pgTAP. `load-and-remove`: loaded on request, and removed afterwards. */
export type PgtapMode = 'load' | 'use' | 'load-and-remove';

export interface ProvidedPgtap {
  schema: string;
  /** Whether `removeTemporaryPgtap` must remove it. */
  temporary: boolean;
}

const contentsSql = readFileSync(new URL('sql/tool-schema.sql', import.meta.url), 'utf8');
const temporaryMark = 'temporary';

/** Makes pgTAP available and returns its schema; undefined if it is missing and may not be loaded. */
export async function providePgtap(superuser: Session, mode: PgtapMode): Promise<ProvidedPgtap | undefined> {
  const own = await readToolSchema(superuser);
  // An earlier run should have removed this one and could not. It is removed now.
  const leftover = own?.note.endsWith(temporaryMark) === true;
  if (own !== undefined && !leftover) {
    if (isIntact(own)) {
      return { schema: pgtapSchema, temporary: false };
    }
    if (mode === 'load') {
      throw new RolecallError('provision-failed', {
        message: `the schema ${pgtapSchema} is there already, and holds something else than pgTAP`,
        next: 'It is the tool’s own: no migration may make it.',
      });
    }
    return undefined;
  }
  const [extension] = await superuser.query<{ schema: string }>(
    `select n.nspname as schema from pg_catalog.pg_extension as e join pg_catalog.pg_namespace as n on n.oid = e.extnamespace where e.extname = 'pgtap'`,
  );
  if (extension !== undefined) {
    return { schema: extension.schema, temporary: false };
  }
  if (mode === 'use') {
    return undefined;
  }
  await removePgtap(superuser);
  // Marked from the first moment, so that after an interruption the next run knows that it must be removed.
  await loadPgtap(superuser, mode === 'load-and-remove' ? temporaryMark : '');
  const { contents } = (await readToolSchema(superuser))!;
  const temporary = mode === 'load-and-remove';
  const note = `pgTAP of rolecall, ${contents}${temporary ? ` ${temporaryMark}` : ''}`;
  await superuser.script(sql`comment on schema ${quoteIdentifier(pgtapSchema)} is ${quoteLiteral(note)}`);
  return { schema: pgtapSchema, temporary };
}

/** Drops the tool's own pgTAP if a run was to remove it, and nothing that existed before. */
export async function removeTemporaryPgtap(superuser: Session): Promise<void> {
  if ((await readToolSchema(superuser))?.note.endsWith(temporaryMark) === true) {
    await removePgtap(superuser);
  }
}

/** Drops the tool's own pgTAP, if it exists. */
async function removePgtap(superuser: Session): Promise<void> {
  await superuser.script(
    sql`set client_min_messages = warning; drop schema if exists ${quoteIdentifier(pgtapSchema)} cascade; reset client_min_messages`,
  );
}

/**
 * Whether the tool's schema holds what it held when it was loaded. The snapshot leaves it out, so it would hide anything that was
 * added.
 */
export async function isToolSchemaIntact(superuser: Session): Promise<boolean> {
  const own = await readToolSchema(superuser);
  return own === undefined || isIntact(own);
}

function isIntact({ contents, note }: { contents: string; note: string }): boolean {
  return note.split(/[ ,]+/).includes(contents);
}

/** A digest of the contents of the tool's schema, and the note from its loading; undefined if it does not exist. */
async function readToolSchema(superuser: Session): Promise<{ contents: string; note: string } | undefined> {
  const [row] = await superuser.query<{ contents: string; note: string }>(contentsSql, [pgtapSchema]);
  return row;
}
