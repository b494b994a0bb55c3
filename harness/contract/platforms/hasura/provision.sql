-- Hasura uses one login. The session variables of a request are in one JSON document.
do $$ begin
  if to_regrole('hasura') is null then create role hasura login; end if;
end $$;
