-- Hasura acts as one login; the session variables of a request stand in one document.
do $$ begin
  if to_regrole('hasura') is null then create role hasura login; end if;
end $$;
