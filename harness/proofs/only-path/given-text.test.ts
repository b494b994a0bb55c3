import { describe, expect, it } from 'vitest';

import { sqlParser } from '../../postgres/parsed-sql.ts';
import { runsGivenText } from './given-text.ts';

const parser = await sqlParser();
const seen = (body: string) => runsGivenText(parser, body);

describe('a body that runs text it is given', () => {
  it.each([
    'begin execute q; end',
    'begin execute $1; end',
    'begin return query execute q using 1; end',
    'begin for r in execute q loop null; end loop; end',
    'begin open c for execute q; end',
    `begin execute 'select * from ' || q; end`,
    `begin execute 'select * from ' || quote_ident(q); end`,
    `begin execute format('select * from %I', q); end`,
    `begin execute pg_catalog.format('select * from %s', q::regclass); end`,
    `begin execute format(q, 'x'); end`,
    `begin execute format('select * from %2$I', 'a', q); end`,
    `declare s text := 'select * from ' || q; begin execute s; end`,
    `declare s text; begin s := 'select 1'; s = q; execute s; end`,
    `declare s text; begin select body into strict s from texts; execute s; end`,
    `declare s text; begin select 1, body into n, s from texts; execute s; end`,
    `declare s text; begin for s in select body from texts loop execute s; end loop; end`,
    'declare s alias for $1; begin execute s; end',
    `declare s text := 'a'; begin if true then s := s || q; end if; execute s; end`,
    'begin execute r.body; end',
    'begin execute new.body; end',
    `begin execute format('select * from %I', tg_table_name); end`,
    // No search finds a name that is in two pieces.
    `begin execute 'select * from ten' || 'ants'; end`,
    `begin execute format('select * from %Iants', 'ten'); end`,
    `begin execute format('select * from %I%I', 'ten', 'ants'); end`,
    `declare s text := 'ants'; begin execute 'select * from ten' || s; end`,
    String.raw`begin execute E'select * from ten\x61nts'; end`,
    String.raw`begin execute U&'select * from ten\0061nts'; end`,
    `begin execute reverse('stnanet morf * tceles'); end`,
    `select query_to_xml($1, true, false, '')`,
    'select pg_catalog.table_to_xml(rel, true, false, $t$$t$)',
    `select schema_to_xml('public', true, false, '')`,
    'select * from ts_stat(q)',
  ])('is %s', (body) => {
    expect(seen(body)).toBe(true);
  });

  it.each([
    'begin return 1; end',
    '',
    `begin execute 'select count(*) from other'; end`,
    `begin execute 'select count(*) from other where id = $1' into n using q; end`,
    `begin execute 'select count(*) from other where id = ' || quote_literal(q); end`,
    `begin execute format('select count(*) from other where id = %L and x = %L', q, lower(q)); end`,
    `begin execute format('select 100 %% 3 from %I.%I where id = %L', 'a', 'b', q); end`,
    `declare s constant text := 'select 1'; begin execute s; end`,
    `declare s text; begin s := 'select 1'; if q then s := s || ' where true'; end if; execute s; end`,
    `begin execute ('select 1')::text; end`,
    // Statements with the word EXECUTE that are not PL/pgSQL's EXECUTE.
    'begin grant execute on function f() to somebody; end',
    'begin create trigger t after insert on x for each row execute function f(); end',
    `begin raise notice 'execute %', q; -- execute q\n end`,
    `select query_to_xml('select * from other', true, false, '')`,
    'select executed from query_to_xml_log',
  ])('is not %s', (body) => {
    expect(seen(body)).toBe(false);
  });

  it('is one that cannot be read and has the word', () => {
    expect(seen(`begin execute 'x; end`)).toBe(true);
    expect(seen(`begin return 'x; end`)).toBe(false);
  });
});
