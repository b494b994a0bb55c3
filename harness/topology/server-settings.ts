/**
 * Settings of every server that is ours: fast, because nothing needs to survive a crash, and without secrets in its log. None of
 * them is part of the privilege state.
 */
export const serverSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '60',
  // A migration may make many objects in one transaction.
  max_locks_per_transaction: '256',
  max_wal_senders: '0',
  wal_level: 'minimal',
  autovacuum: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '',
  // The log goes into the pack. It must hold neither the text of a failing ALTER ROLE … PASSWORD nor a row that a check refused.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** Command-line flags of `postgres` for settings. */
export function settingFlags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
