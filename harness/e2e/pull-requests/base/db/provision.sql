create role app_user login;
create role auditor login;
create role worker login;
create role readers;
create role writers;
create role keeper;
create role deployer login;
grant readers to app_user;
grant writers to worker;
grant keeper to deployer;
do $$ begin
  execute format('grant create on database %I to deployer', current_database());
end $$;
