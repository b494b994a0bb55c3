-- The schema for sqitch's own tables.
create schema if not exists sqitch;
