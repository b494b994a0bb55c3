import { describe, expect, it } from 'vitest';

import { parseEvidence } from '../pack/evidence-text.ts';
import { emptyFolder } from '../testing/empty-folder.ts';
import { laidOut, roles, structure, writeLaidOut } from '../testing/layouts.ts';

const { file, put, read, at } = emptyFolder();
/** What a folder does not reveal. */
const told: Record<string, string[]> = {
  supabase: ['--migrations', 'backend/migrations'],
  flyway: ['--placeholder', 'reader=shop_reader'],
};

/** How the migrations were read, according to a run's pack. */
async function readingIn(answer: string) {
  const { pack } = JSON.parse(answer) as { pack: string };
  return parseEvidence(await read(`${pack}/evidence.json`)).run.migrations;
}

describe('init and run, without a hand on any file', () => {
  it.each(laidOut.map((one) => [one.layout, one] as const))('of migrations of %s end with 0', async (layout, one) => {
    await writeLaidOut(one, file());
    const drafted = await at('init', ...(told[layout] ?? []));
    expect(drafted.stderr).toContain(`is laid out as ${layout}`);
    expect(drafted).toMatchObject({ exitCode: 0 });
    const contract = await read('db/contract.yaml');
    expect(contract.includes(`layout: ${layout}`)).toBe(layout !== 'plain');
    const ran = await at('run', '--format', 'json');
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stderr).toContain(`migrations laid out as ${layout}`);
    expect(await readingIn(ran.stdout)).toMatchObject({ layout });
  });

  it('of a dump end with 0', async () => {
    await put('db/structure.sql', structure);
    await put('roles.sql', roles);
    expect(await at('init', '--provision', 'roles.sql')).toMatchObject({ exitCode: 0 });
    const contract = await read('db/contract.yaml');
    expect(contract).toContain('folder: structure.sql');
    expect(contract).not.toContain('schema_migrations');
    expect(await at('run')).toMatchObject({ exitCode: 0 });
  });

  it('as a role, with a stand-in, beside the tool’s own tables, say so in the pack', async () => {
    await put(
      'db/migrations/1_a.sql',
      '-- migrate:up\ncreate extension if not exists vector; create table public.a (id int primary key, v vector);',
    );
    await put('db/migrations/2_b.sql', '-- migrate:up\ngrant select on public.a, schema_migrations to shop_app;');
    await put('db/vector.sql', 'create domain public.vector as text;');
    await put('roles.sql', `${roles}create role shop_owner; grant create on schema public to shop_owner;`);
    const drafted = await at(
      'init',
      '--provision',
      'roles.sql',
      '--as',
      'shop_owner',
      '--stand-in',
      'vector=db/vector.sql',
    );
    expect(drafted).toMatchObject({ exitCode: 0 });
    expect(await read('db/contract.yaml')).toContain('extensions: [ vector ]');
    expect(await read('db/seeds/10_two_tenants.sql')).not.toContain('schema_migrations');
    const ran = await at('run', '--format', 'json');
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(await readingIn(ran.stdout)).toMatchObject({
      as: 'shop_owner',
      left_out: ['schema_migrations'],
      left_out_made: true,
      stand_ins: [{ extension: 'vector', file: 'db/vector.sql' }],
    });
  });
});
