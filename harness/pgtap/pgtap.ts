import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { list } from 'tar';

import { RolecallError } from '../common/errors.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { sqlFileError } from '../postgres/sql-error.ts';

/** Schema of the tool's own pgTAP. The snapshot leaves it out. */
export const pgtapSchema = 'rolecall_tap';

let source: Promise<string> | undefined;

/** Loads pgTAP as plain SQL into a schema of its own that every role may use. `note` becomes the schema's comment. */
export async function loadPgtap(superuser: Session, note = ''): Promise<void> {
  const schema = quoteIdentifier(pgtapSchema);
  const script = `
    begin;
    create schema ${schema};
    comment on schema ${schema} is ${quoteLiteral(note)};
    grant usage on schema ${schema} to public;
    set local search_path = ${schema};
    set local check_function_bodies = off;
    set local client_min_messages = warning;
    ${await pgtapSource()}
    -- Default privileges of the project may have taken EXECUTE from PUBLIC.
    grant execute on all functions in schema ${schema} to public;
    grant select on all tables in schema ${schema} to public;
    commit;`;
  try {
    await superuser.script(script);
  } catch (error) {
    await superuser.script('rollback').catch(() => undefined);
    throw await sqlFileError(
      'provision-failed',
      `pgTAP in schema ${schema}`,
      '',
      error,
      `The schema ${pgtapSchema} is the tool's own: no migration may make it.`,
    );
  }
}

/** Installs pgTAP in a schema of a database that is ours, as its extension would. Makes the schema if it is missing. */
export async function installPgtap(superuser: Session, schema: string): Promise<void> {
  const name = quoteIdentifier(schema);
  await superuser.script(`
    begin;
    set local client_min_messages = warning;
    create schema if not exists ${name};
    grant usage on schema ${name} to public;
    set local search_path = ${name};
    set local check_function_bodies = off;
    ${await pgtapSource()}
    commit;`);
}

/** The SQL of pgTAP from the npm package that contains it, read once. */
export function pgtapSource(): Promise<string> {
  source ??= readPgtap();
  return source;
}

async function readPgtap(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite-pgtap'));
  const found: Buffer[] = [];
  await list({
    file: path.join(path.dirname(entry), 'pgtap.tar.gz'),
    filter: (name) => /\/pgtap--[0-9.]+\.sql$/.test(name) && !/--.*--/.test(name),
    onReadEntry: (entryStream) => {
      entryStream.on('data', (chunk: Buffer) => found.push(chunk));
    },
  });
  if (found.length === 0) {
    throw new RolecallError('bad-suite', {
      message: 'the installed pgTAP package holds no pgtap--<version>.sql',
      next: 'Run npm ci.',
    });
  }
  return Buffer.concat(found).toString('utf8');
}
