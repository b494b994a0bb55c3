-- A login that becomes a visitor or a person for each request, as PostGraphile does by the setting `role`.
do $$ begin
  if to_regrole('postgraphile') is null then create role postgraphile noinherit login; end if;
  if to_regrole('visitor') is null then create role visitor; end if;
  if to_regrole('person') is null then create role person; end if;
  grant visitor, person to postgraphile;
end $$;
