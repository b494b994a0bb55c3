-- The roles of PostgREST's own tutorial: a login without rights that becomes an anonymous visitor or a user.
do $$ begin
  if to_regrole('authenticator') is null then create role authenticator noinherit login; end if;
  if to_regrole('web_anon') is null then create role web_anon; end if;
  if to_regrole('web_user') is null then create role web_user; end if;
  grant web_anon, web_user to authenticator;
end $$;
