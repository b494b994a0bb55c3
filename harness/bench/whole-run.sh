#!/usr/bin/env bash
# What a tuned script does for the worked example, and no more: one initdb, both phases migrated side by side in memory,
# and the same suites run by pg_prove. Prints nothing; exits 0 when each phase was built and its suites ran.
# BIN: PostgreSQL's programs. PSQL, PROVE: the client and pg_prove. TAP: pgTAP as one SQL file. PROJECT: db/ and pgtap/.
set -euo pipefail
work=$(mktemp -d "${MEMORY:-/dev/shm}/whole-run-XXXXXX")
servers=()
end() {
  for server in "${servers[@]}"; do kill -QUIT "$server" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap end EXIT
export PGHOST=127.0.0.1 PGUSER=postgres PGOPTIONS='-c client_min_messages=warning'

"$BIN/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C --pgdata="$work/baseline" >/dev/null
cp -a "$work/baseline" "$work/head"

# phase NAME PORT REVISION
phase() {
  local name=$1 revision=$3
  export PGPORT=$2 PGDATABASE=phase
  until "$PSQL" -qXAt -d postgres -c 'create database phase template template0' 2>/dev/null; do sleep 0.02; done
  local files=("$PROJECT"/db/provision/before.sql) file
  for file in "$PROJECT"/db/migrations/*.sql; do
    [[ $file == *.down.sql || $(basename "$file") > "${revision}~" ]] || files+=("$file")
  done
  files+=("$PROJECT"/db/provision/after.sql "$PROJECT"/db/seeds/*.sql)
  "$PSQL" -qX -v ON_ERROR_STOP=1 "${files[@]/#/--file=}" >/dev/null
  "$PSQL" -qX -v ON_ERROR_STOP=1 -c 'create schema tap' -c 'set search_path = tap' -c 'set check_function_bodies = off' -f "$TAP" \
    -c 'grant usage on schema tap to public' -c 'alter database phase set search_path = public, tap' >/dev/null
  # Red suites are what a baseline has.
  "$PROVE" -j2 --psql-bin "$PSQL" -U postgres $(grep -l '^--! as: postgres' "$PROJECT"/pgtap/suites/*.sql) >"$work/$name.superuser" 2>&1 || true
  "$PROVE" -j2 --psql-bin "$PSQL" -U app_user $(grep -l '^--! as: app_user' "$PROJECT"/pgtap/suites/*.sql) >"$work/$name.login" 2>&1 || true
}

port=$((20000 + RANDOM % 20000))
for name in baseline head; do
  "$BIN/postgres" -D "$work/$name" -c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off 2>"$work/$name.log" &
  servers+=($!)
  if [[ $name == baseline ]]; then phase baseline $port "$BASELINE" & else phase head $port "$HEAD" & fi
  phases+=($!)
  port=$((port + 1))
done
wait "${phases[@]}"
grep -hq 'Result: ' "$work"/*.superuser && grep -q '^Result: PASS' "$work/head.superuser" && grep -q '^Result: PASS' "$work/head.login" || {
  cat "$work"/head.* >&2
  exit 1
}
