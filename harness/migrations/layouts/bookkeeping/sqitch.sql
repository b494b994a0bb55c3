-- The schema of sqitch’s books.
create schema if not exists sqitch;
