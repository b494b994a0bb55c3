-- How the session comes to act as each of the roles $1.
select
  r.rolname as role,
  case
    when me.rolsuper then 'login'
    :ways
  end as way
from pg_catalog.pg_roles as me
join pg_catalog.pg_roles as r on r.rolname = any ($1::text[])
where me.rolname = current_user
