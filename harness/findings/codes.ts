/** What a code of a finding says, why it matters, and what to do about it in general. */
export interface CodeEntry {
  title: string;
  why: string;
  remedy: string;
}

/**
 * The codes of judged findings, causes before their symptoms. Bypass checks have their own. Codes are stable, because acceptances
 * name them.
 */
export const judgedCodes = {
  'migration-after-head': {
    title: 'A migration is newer than the head that the contract names.',
    why: 'What was built ends at head. A file behind it grants what it likes and no judgement sees it, though the next deployment applies it.',
    remedy:
      'Name it as revisions.head, or omit revisions.head, which is then the newest file; or accept it with a reason and a date.',
  },
  'undeclared-access': {
    title: 'An identity has access that the contract does not declare.',
    why: 'The contract is a closed list: what it does not allow is forbidden, by whatever path it came. Access that nobody wrote down is access that nobody reviews.',
    remedy:
      'Revoke it where the path says it was granted, in a migration; or declare it in the contract: the finding has the lines.',
  },
  'undeclared-grant': {
    title: 'A role was granted directly what the contract gives it by another grant.',
    why: 'Nothing is gained today. But a grant that nobody wrote down stays when the declared one is revoked, and the privilege with it.',
    remedy: 'Revoke it in a migration; or declare the grant in the contract: the finding has the lines.',
  },
  'undeclared-definer-function': {
    title: 'An identity can execute a SECURITY DEFINER function that the contract does not name.',
    why: 'Such a function does with its owner’s rights whatever its body says: it is a gateway that nobody reviewed.',
    remedy:
      'Revoke EXECUTE from PUBLIC and from the identity; or name the function, its search_path and its body in the contract.',
  },
  'definer-takes-tenant': {
    title: 'A SECURITY DEFINER function answers for whatever tenant its caller names.',
    why: 'It reads past row-level security with its owner’s rights. Where the tenant comes from an argument and not from the session, every caller is every tenant.',
    remedy:
      'Compare the argument with the tenant of the session in its body; or accept it with a reason, and say who may call it.',
  },
  'definer-gives-others': {
    title: 'A SECURITY DEFINER function gives rows of other tenants.',
    why: 'It reads past row-level security with its owner’s rights, and whoever may call it in the context of one tenant sees what belongs to another.',
    remedy:
      'Compare whose the rows are with the session in its body; or say `rows: all` of it in the contract, where it gives them on purpose.',
  },
  'undeclared-owner': {
    title: 'An object is owned by a role that the contract does not declare.',
    why: 'An owner can do everything to its object, switch off row-level security, and grant it on.',
    remedy: 'Change the owner in a migration; or name it in the contract: the finding has the lines.',
  },
  'undeclared-attribute': {
    title: 'A role has an attribute that the contract does not declare.',
    why: 'SUPERUSER and BYPASSRLS go past every policy, CREATEROLE makes more roles, and all of them can be reached by SET ROLE through a membership.',
    remedy: 'Take the attribute or the membership away; or declare it in the contract: the finding has the lines.',
  },
  'undeclared-membership': {
    title: 'A role is a member of a role that the contract does not declare.',
    why: 'Membership hands over everything the group has, now and later; even without INHERIT it can be taken by SET ROLE, and ADMIN OPTION passes it on.',
    remedy:
      'Revoke the membership, naming its grantor; or declare it in the contract with its options: the finding has the lines.',
  },
  'future-object-exposed': {
    title: 'An object that a migrator makes tomorrow would be reachable by default privileges.',
    why: 'PostgreSQL gives PUBLIC EXECUTE on every new function, and ALTER DEFAULT PRIVILEGES may give away more; a per-schema REVOKE from PUBLIC takes nothing back.',
    remedy:
      'Revoke by default privileges of the role that runs migrations, without IN SCHEMA; or write what is meant into `future` of the contract.',
  },
  'undeclared-role': {
    title: 'A role that the contract does not name has power over the cluster or access to the database.',
    why: 'A login that nobody wrote down is nobody’s to watch: the contracted identities can be perfect while it reads everything.',
    remedy:
      'Drop it, take its grants away, or accept it with a reason; or name it as an identity in the contract: the finding has the lines.',
  },
  'undeclared-extension': {
    title: 'Objects of an extension that the contract does not name can be reached.',
    why: 'An extension brings functions that PUBLIC may execute, and some of them reach files, other servers or other sessions.',
    remedy: 'Name it under `extensions` of the contract once its functions have been looked at, or drop it.',
  },
  'tool-schema-changed': {
    title: 'The schema of the tool’s own pgTAP holds something that the tool did not put there.',
    why: 'It is left out of the privilege state, so whatever is put there would be hidden from every other judgement.',
    remedy: 'Drop the schema; the tool loads it anew where it may.',
  },
  'undeclared-setting': {
    title: 'A role or database has a setting that the contract does not declare.',
    why: 'A setting of a role or database changes every session: it can carry a tenant context, a search_path or row_security before the first statement.',
    remedy: 'ALTER ROLE … RESET it; or declare it in the contract, where it is of one role: the finding has the lines.',
  },
  'required-by-not-there': {
    title: 'The code that needs an access is not there, or does not name the object.',
    why: 'An access is given because code needs it. Where that code is gone, or never named the object, nobody needs the access any more, and the next reader of the contract is told otherwise.',
    remedy:
      'Name the file that needs it in `required_by`; or take the need and its grant away, in a migration and in the contract.',
  },
  'code-needs-forbidden': {
    title: 'SQL in the source code needs a privilege that the identity which runs it is not given.',
    why: 'What the contract does not allow is forbidden. Such a statement fails when it runs, or it works because the identity has more than the contract says; often the next thing is a GRANT made by hand.',
    remedy:
      'Take the statement out; or grant the privilege in a migration and in the contract. Where another identity runs the file, say so in `code.identities`.',
  },
  'changed-row-security': {
    title: 'Row-level security is not switched on and forced as the contract says.',
    why: 'Without ENABLE the policies do nothing; without FORCE they do not bind the owner.',
    remedy: 'Put the flags back in a migration; or write the new state into the contract: the finding has the lines.',
  },
  'changed-policy': {
    title: 'A row-level security policy is not as the contract says.',
    why: 'A policy that differs by one condition lets other rows through; only its exact text is reviewed.',
    remedy:
      'Put the policy back in a migration; or write it into the contract as it is now: the finding has the lines.',
  },
  'changed-function': {
    title: 'A function is not as the contract says: owner, SECURITY DEFINER or search_path.',
    why: 'A SECURITY DEFINER function is a gateway to what its caller may not touch: its body, result and search_path decide what comes through.',
    remedy:
      'Restore the function from its migration; or write it into the contract as it is now: the finding has the lines. A setting other than search_path cannot be declared: accept it with a reason.',
  },
  'fail-open': {
    title: 'A statement reached rows of another tenant.',
    why: 'The login saw or wrote rows that are not of its tenant, or had no tenant at all. This was executed, not inferred.',
    remedy:
      'Compare the tenant column with the setting in every policy, and let nothing through where it is unset or empty.',
  },
  'isolated-by-search-path-only': {
    title: 'One login may use the schemas of all tenants: search_path alone keeps them apart.',
    why: 'search_path says only where a name without a schema is looked for. Written with its schema, the table of another tenant is read and changed by the same session; a view, a function or injected SQL that names it does so too. This was executed, not inferred.',
    remedy:
      'Give each tenant a login, or a role that the login assumes, and grant its schema to that alone; or switch row-level security on in each table; or accept it with a reason.',
  },
  'missing-context-outcome': {
    title: 'A read without a tenant closes in another way than the contract demands.',
    why: 'Both are closed, but not the same to a service: an error is an outage for a worker that reuses its connection, and no rows may hide that the context was forgotten. The contract says which one is meant.',
    remedy:
      "Read the setting with nullif(current_setting(…, true), '') to close with no rows, or let the cast raise; or change `on_missing_context`.",
  },
  'only-path-open': {
    title: 'A table that functions are the only way to can be reached another way.',
    why: 'The listed functions decide what of the table comes through. A grant, a view or another function beside them lets through what they keep back.',
    remedy: 'Revoke the grant or drop the object; or list a function that is meant under `only_through`.',
  },
  'only-path-closed': {
    title: 'A function that is the only way to a table does not serve those who may call it.',
    why: 'A closed table is proven safe only beside a gateway that works. If nobody can use the gateway, somebody will next grant access to the table itself.',
    remedy: 'Restore EXECUTE, USAGE on the schema, the grants of the owner, or the body.',
  },
  'existence-oracle': {
    title: 'A session learned of a hidden row, or touched one, by a key that leaves the tenant out.',
    why: 'Keys are checked, and cascades run, without row-level security: an error, or its absence, tells whether another tenant has a row. This was executed, not inferred.',
    remedy: 'Make the tenant column part of the key, or accept it with a reason.',
  },
  drifted: {
    title: 'A live database has another privilege state than the migrations build.',
    why: 'What was changed by hand is in no migration: nobody reviewed it, no other server has it, and the next deployment may keep it or undo it.',
    remedy:
      'Put the live database back as the migrations build it; or, if it is right, write the change into a new migration and into the contract.',
  },
  'path-diverges': {
    title: 'Another way to build the same revision ends in another privilege state.',
    why: 'If the state depends on how the database came to its revision, the migrations alone do not say what production has.',
    remedy: 'Make each migration set what it needs and remove what it must not find.',
  },
  'migrator-refused': {
    title: 'The migrator of production is refused what provisioning or a migration does.',
    why: 'Head is built here as a superuser, and managed servers give nobody one: what passes here stops the deployment there, half of it done.',
    remedy:
      'Write what the message says instead; or let who provides the server do it, and write that into the file of `migrator.given` in the contract.',
  },
  'witnesses-disagree': {
    title: 'Catalog, pgTAP and live attempt do not say the same.',
    why: 'Catalog, pgTAP and live attempt are independent. Where they differ, one of them does not look at what it claims.',
    remedy: 'Check schema USAGE, column grants and what the assertions really ask.',
  },
  'observation-left-traces': {
    title: 'The privilege state after the observation is not the state before it.',
    why: 'A suite or probe that changes the privilege state proves something about a state that no longer exists.',
    remedy: 'Let the suite begin, and roll back at its end.',
  },
  'missing-role': {
    title: 'A role that the contract names does not exist.',
    why: 'The contract names a role that is not there: nothing about it could be shown.',
    remedy: 'Create it in provisioning or in a migration.',
  },
  'missing-object': {
    title: 'An object that the contract names does not exist.',
    why: 'The contract names an object that is not there: its grants and denials are about nothing.',
    remedy: 'Create it in a migration, or take it out of the contract.',
  },
  'missing-access': {
    title: 'An identity lacks access that the contract declares.',
    why: 'Somebody needs it and does not have it: the application breaks, and the next grant is made by hand.',
    remedy:
      'Grant it in a migration; or, where the revoke was meant, take the grant and the needs that rest on it out of the contract: the finding has the lines.',
  },
  'missing-attribute': {
    title: 'A role lacks an attribute that the contract declares.',
    why: 'Without INHERIT or LOGIN the role cannot use what it is given.',
    remedy: 'Alter the role in provisioning; or take the attribute out of the contract.',
  },
  'missing-membership': {
    title: 'A role is not a member of a role that the contract declares.',
    why: 'The declared path to the privileges is not there.',
    remedy:
      'Grant the membership in provisioning or in a migration; or take it out of the contract: the finding has the lines.',
  },
  'missing-setting': {
    title: 'A role lacks a setting that the contract declares.',
    why: 'A setting such as row_security or search_path that is only believed to be there protects no session.',
    remedy:
      'Set it by ALTER ROLE … SET where the role is provisioned; or take it out of the contract: the finding has the lines.',
  },
  'policy-recurses': {
    title: 'A policy reads its own table, and the server ends every statement on it.',
    why: 'A policy applies to whatever its condition reads. If that is its own table, directly or through a function with the rights of its caller, the server refuses the statement (42P17) or runs it to the end of the stack (54001). Nobody whom the policy holds can use the table, and nothing about it is proven.',
    remedy:
      'Put the question into a SECURITY DEFINER function with a fixed search_path, owned by a role that the policies of the table do not hold, and let the policy call it.',
  },
  'unexpected-closed': {
    title: 'A statement that must reach its own rows does not.',
    why: 'A proof that everything is denied is worth nothing if the application is denied too.',
    remedy:
      'Look at the SQLSTATE: a missing grant, a policy that is too narrow, or a row that violates a constraint. Where a grant was revoked on purpose, take it and the needs that rest on it out of the contract: the finding has the lines.',
  },
  'deficiency-open': {
    title: 'A deficiency was not reproduced at baseline or is not closed at head.',
    why: 'The contract claims to repair a failure, and the failure is still there.',
    remedy: 'Make every head expectation of the deficiency come true.',
  },
  'assertion-failed': {
    title: 'An assertion of a suite is not ok at head.',
    why: 'A pgTAP suite contradicts the contract.',
    remedy: 'See the suite’s own remedy line.',
  },
  'control-unnoticed': {
    title: 'A suite stays green against the damage it must notice.',
    why: 'A suite that stays green on top of the damage it is there for cannot fail, and so proves nothing.',
    remedy: 'Give the suite an assertion that notices its control, or the control the right damage.',
  },
} as const satisfies Record<string, CodeEntry>;

/** `unproven` is not a finding. An acceptance names it as if it were one. */
export const unprovenCode: CodeEntry & { code: string } = {
  code: 'unproven',
  title: 'What was tried or run and shows nothing: it is not a finding, and an acceptance can name it.',
  why: 'A table without rows of two tenants, a suite that stopped, a statement that could not be set up: nothing was seen to be wrong, and nothing is known to be right. It makes the verdict inconclusive.',
  remedy:
    'Set up what the line says is missing: a row in a seed, a login, a right of the tester. Or accept it for a time, under `accepted` in the contract: code: unproven, object, reason and until. It stays visible, and the verdict can pass.',
};

export type FindingCode = keyof typeof judgedCodes;

export const findingCodes = Object.keys(judgedCodes) as FindingCode[];
