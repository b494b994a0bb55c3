/** Why a statement is refused, and how that refusal is recognised. */
export interface KnownRefusal {
  name: string;
  /** The statement from its first word on. Its named groups are used in the remedy. */
  statement: RegExp;
  /** The server's words that distinguish it from other refusals of that statement. */
  said?: RegExp;
  /** @default a missing right */
  sqlstate?: string;
  remedy: (named: Readonly<Record<string, string | undefined>>) => string;
}

const role = String.raw`(?:role|user|group)`;
const word = (group: string) => String.raw`(?<${group}>"(?:[^"]|"")+"|[\w$.]+)`;
const given = 'have it done by who provides the server, and write it into the file of `migrator.given` in the contract';

/** The first match counts, so the special comes before the general. */
export const knownRefusals: readonly KnownRefusal[] = [
  {
    name: 'reserved-role',
    statement: /./s,
    said: /is a reserved role|role memberships are reserved/i,
    remedy: () =>
      'The role is the provider’s, and stays as it is: give a role of your own what you need, under another name.',
  },
  {
    name: 'role-attributes-denied',
    statement: new RegExp(
      String.raw`^(?:create|alter)\s+${role}\s+${word('role')}.*\bno(?:superuser|replication|bypassrls|createdb|createrole)\b`,
      'is',
    ),
    said: /superuser|permission denied to (?:create|alter) role/i,
    remedy: ({ role: name = 'r' }) =>
      `Leave NOSUPERUSER, NOREPLICATION, NOBYPASSRLS and NOCREATEDB out: a new role has none of them, and who is not a superuser may not even say so. Where the role may have been left with one, ask first: \`do $$ begin if exists (select from pg_catalog.pg_roles where rolname = '${plain(name)}' and (rolsuper or rolreplication or rolbypassrls)) then alter role ${name} nosuperuser noreplication nobypassrls; end if; end $$;\``,
  },
  {
    name: 'superuser-given',
    statement: new RegExp(String.raw`^(?:create|alter)\s+${role}\s+${word('role')}.*\bsuperuser\b`, 'is'),
    remedy: ({ role: name = 'r' }) =>
      `Nobody but a superuser makes one, and no platform gives it: grant ${name} what it needs, object by object.`,
  },
  {
    name: 'bypassrls-given',
    statement: new RegExp(String.raw`^(?:create|alter)\s+${role}\s+${word('role')}.*\bbypassrls\b`, 'is'),
    remedy: ({ role: name = 'r' }) =>
      `Only a superuser gives BYPASSRLS, and from PostgreSQL 16 on who has it and CREATEROLE: add BYPASSRLS to \`migrator.attributes\` if the migrator has it in production, or ${given}; or give ${name} a policy of its own on each table: \`create policy … on … for select to ${name} using (true);\``,
  },
  {
    name: 'replication-given',
    statement: new RegExp(String.raw`^(?:create|alter)\s+${role}\s+${word('role')}.*\breplication\b`, 'is'),
    remedy: ({ role: name = 'r' }) =>
      `Only a superuser gives REPLICATION, and from PostgreSQL 16 on who has it and CREATEROLE: add REPLICATION to \`migrator.attributes\` if the migrator has it in production, or ${given}. Platforms have a role for it that is granted to ${name} there.`,
  },
  {
    name: 'superuser-setting',
    statement: new RegExp(
      String.raw`^(?:alter\s+(?:${role}|database)\s+.*?\b(?:set|reset)\s+|set\s+(?:session\s+|local\s+)?|reset\s+)${word('setting')}`,
      'is',
    ),
    said: /permission denied to set parameter|must be superuser to set/i,
    remedy: ({ setting = 'x' }) =>
      setting.toLowerCase() === 'session_replication_role'
        ? 'Leave it out: disable the triggers that are the project’s own, `alter table … disable trigger user;`, and enable them afterwards; foreign keys that are deferrable wait until the end: `set constraints all deferred;`'
        : `Set ${setting} among the parameters of the server, where its provider lets you; or from PostgreSQL 15 on ${given}: \`grant set on parameter ${setting} to …;\``,
  },
  {
    name: 'default-privileges-of-another',
    statement: new RegExp(String.raw`^alter\s+default\s+privileges\b.*?\bfor\s+${role}\s+${word('role')}`, 'is'),
    remedy: ({ role: name = 'r' }) =>
      `Default privileges are of who makes the objects. Leave FOR ROLE out, if the migrator makes them; else become a member of ${name} first: \`grant ${name} to current_user;\` and afterwards \`revoke ${name} from current_user;\``,
  },
  {
    name: 'reassign-or-drop-owned',
    statement: new RegExp(
      String.raw`^(?:reassign|drop)\s+owned\s+by\s+${word('role')}(?:\s+to\s+${word('other')})?`,
      'is',
    ),
    remedy: ({ role: name = 'r', other }) =>
      `Become a member of the roles first: \`grant ${[name, other].filter(Boolean).join(', ')} to current_user;\` and afterwards revoke that again.`,
  },
  {
    name: 'new-owner-may-not-create',
    statement: new RegExp(String.raw`^alter\s+.*?\bowner\s+to\s+${word('role')}`, 'is'),
    said: /permission denied for (?:schema|database) /i,
    remedy: ({ role: name = 'r' }) =>
      `A new owner needs CREATE on the schema of what it is given: \`grant create on schema … to ${name};\` before, and \`revoke create on schema … from ${name};\` afterwards.`,
  },
  {
    name: 'not-the-owner',
    statement: /./s,
    said: /must be owner of /i,
    remedy: () =>
      'Only its owner may: let the migrator make it, or become a member of the owner first: `grant OWNER to current_user;` and afterwards `revoke OWNER from current_user;`. What belongs to the server or its provider stays as it is.',
  },
  {
    name: 'owner-is-another',
    statement: new RegExp(
      String.raw`^(?:alter\s+.*?\bowner\s+to|create\s+schema\s+.*?\bauthorization|create\s+database\s+.*?\bowner(?:\s*=)?)\s+${word('role')}`,
      'is',
    ),
    remedy: ({ role: name = 'r' }) =>
      `Who gives an object to ${name} must be able to become it. CREATEROLE alone is not enough, from PostgreSQL 16 on not even for a role it made: \`grant ${name} to current_user;\` before, and \`revoke ${name} from current_user;\` afterwards.`,
  },
  {
    name: 'role-not-assumed',
    statement: new RegExp(
      String.raw`^set\s+(?:session\s+|local\s+)?(?:role|session\s+authorization)\s+(?:=\s*|to\s+)?'?${word('role')}`,
      'is',
    ),
    remedy: ({ role: name = 'r' }) =>
      `Become a member first: \`grant ${name} to current_user;\` and afterwards \`revoke ${name} from current_user;\`. SET SESSION AUTHORIZATION is a superuser’s: write \`set role ${name};\``,
  },
  {
    name: 'extension-untrusted',
    statement: new RegExp(
      String.raw`^(?:create|alter)\s+extension\s+(?:if\s+not\s+exists\s+)?${word('extension')}`,
      'is',
    ),
    remedy: ({ extension = 'x' }) =>
      `Only a superuser makes ${extension}, for it is not trusted: have it made by who provides the server, write \`create extension ${extension};\` into the file of \`migrator.given\` in the contract, and here \`create extension if not exists ${extension};\``,
  },
  {
    name: 'alter-system',
    statement: /^alter\s+system\b/i,
    remedy: () =>
      'Change it where the provider has the parameters of the server; what a database or role may have: `alter database … set …;` or `alter role … set …;`',
  },
  {
    name: 'event-trigger',
    statement: /^(?:create|alter)\s+event\s+trigger\b/i,
    remedy: () =>
      `Only a superuser makes event triggers: ${given}; or say in each migration what the trigger would do, and let the contract find what was forgotten.`,
  },
  {
    name: 'leakproof',
    statement: /^(?:create|alter)\s.*\bleakproof\b/is,
    said: /leakproof/i,
    remedy: () => 'Leave LEAKPROOF out: the function is then run after the policies of a table, as is safe.',
  },
  {
    name: 'server-files',
    statement: /^copy\b.*\b(?:from|to)\s+(?:program\s+)?'/is,
    remedy: () =>
      'Files and programs of the server are a superuser’s: `\\copy … from FILE` and `copy … from stdin;` read those of who runs the migration.',
  },
  {
    name: 'server-file-functions',
    statement: /\b(?:pg_read_file|pg_read_binary_file|pg_ls_dir|lo_import|lo_export)\b/i,
    said: /permission denied for function/i,
    remedy: () => 'Files of the server are a superuser’s: put what is in it into the migration.',
  },
  {
    name: 'role-is-there',
    statement: new RegExp(String.raw`^create\s+${role}\s+${word('role')}`, 'i'),
    sqlstate: '42710',
    remedy: ({ role: name = 'r' }) =>
      `In production ${name} is there before the migrator comes, or is the migrator: ask first, \`do $$ begin if pg_catalog.to_regrole('${name}') is null then create role ${name}; end if; end $$;\``,
  },
  {
    name: 'comment-on-role',
    statement: new RegExp(String.raw`^comment\s+on\s+${role}\s+${word('role')}`, 'i'),
    remedy: ({ role: name = 'r' }) =>
      `Only who has CREATEROLE, and from PostgreSQL 16 on ADMIN OPTION on ${name}, comments on it: leave the comment out, or let the migrator make the role.`,
  },
  {
    name: 'role-not-made',
    statement: new RegExp(String.raw`^create\s+${role}\s+${word('role')}`, 'i'),
    remedy: ({ role: name = 'r' }) =>
      `The migrator may make no roles: add CREATEROLE to \`migrator.attributes\` if it has that in production; else ${given}, and here ask first: \`do $$ begin if pg_catalog.to_regrole('${name}') is null then create role ${name}; end if; end $$;\``,
  },
  {
    name: 'role-of-another',
    statement: new RegExp(String.raw`^(?:alter|drop)\s+${role}\s+(?:if\s+exists\s+)?${word('role')}`, 'i'),
    remedy: ({ role: name = 'r' }) =>
      `From PostgreSQL 16 on only who has ADMIN OPTION on ${name} alters or drops it, as who made it does: let the migrator make it, or ${given}: \`grant ${name} to MIGRATOR with admin option;\``,
  },
  {
    name: 'predefined-role',
    statement: new RegExp(String.raw`^(?:grant|revoke)\b.*?\b(?<role>pg_[a-z_]+)\b.*\b(?:to|from)\b`, 'is'),
    said: /permission denied to (?:grant|revoke) role|admin option/i,
    remedy: ({ role: name = 'r' }) =>
      `${name} is the server’s, and only who has ADMIN OPTION on it gives it: grant what is needed of it object by object, or ${given}.`,
  },
  {
    name: 'role-not-granted',
    statement: new RegExp(String.raw`^(?:grant|revoke)\s+(?:admin\s+option\s+for\s+)?${word('role')}`, 'is'),
    said: /permission denied to (?:grant|revoke) (?:role|privileges)|admin option|only possess|grantor/i,
    remedy: ({ role: name = 'r' }) =>
      `Only who has ADMIN OPTION on ${name} gives it or takes it, and only what it gave itself: let the migrator make the role, leave GRANTED BY out, or ${given}: \`grant ${name} to MIGRATOR with admin option;\``,
  },
  {
    name: 'publication-of-everything',
    statement: /^(?:create|alter)\s+publication\b/i,
    said: /all tables|tables in schema|superuser/i,
    remedy: () =>
      'Only a superuser publishes all tables, or all of a schema: name them, `create publication … for table …, …;`',
  },
  {
    name: 'subscription',
    statement: /^(?:create|alter|drop)\s+subscription\b/i,
    remedy: () =>
      `Only a superuser subscribes, and from PostgreSQL 16 on who is in pg_create_subscription: ${given}, for a subscription is of a server and not of a schema.`,
  },
  {
    name: 'untrusted-language',
    statement: /./s,
    said: /permission denied for language|must be superuser to create (?:custom )?procedural language/i,
    remedy: () => 'The language is not trusted, so only a superuser uses it: write the function in SQL or PL/pgSQL.',
  },
  {
    name: 'tablespace',
    statement: /^create\s+tablespace\b/i,
    remedy: () => 'Tablespaces are the provider’s: leave it out.',
  },
  {
    name: 'row-security-of-the-owner',
    statement: /./s,
    said: /row-level security/i,
    remedy: () =>
      'FORCE ROW LEVEL SECURITY binds the owner too, who is the migrator: `alter table … no force row level security;` before it writes rows, and `alter table … force row level security;` afterwards; or set the tenant first.',
  },
  {
    name: 'no-create-on-schema',
    statement: /./s,
    said: /permission denied for schema /i,
    remedy: () =>
      'The schema is another role’s: let the migrator make it, or become a member of its owner first: `grant OWNER to current_user;` and afterwards `revoke OWNER from current_user;`',
  },
];

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"').replaceAll("'", "''") : name.toLowerCase();
}
