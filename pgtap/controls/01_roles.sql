-- One SET ROLE away from reading every tenant's secrets.
grant app_security to app_user;
