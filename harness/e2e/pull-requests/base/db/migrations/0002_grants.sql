grant select, insert, delete on app.cards to app_user;
grant select on app.orders, app.notes, app.open_cards to app_user;
grant select, insert on app.orders to writers;
grant select on app.cards, app.secrets to keeper;
grant execute on function app.card_count() to app_user;
