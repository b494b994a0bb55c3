import type { Verb } from './verb.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
  {
    name: 'run',
    summary: 'the main job: both phases, suites, probes, diff, verdict, report, index',
    define: async () => (await import('./run.ts')).define,
  },
  {
    name: 'init',
    summary: 'draft a contract, seeds and suites from the migrations, and see that the draft passes',
    exits: [
      'the draft passes as it stands',
      'not used',
      'the draft was written and does not pass yet: the answer says why',
    ],
    define: async () => (await import('./init.ts')).define,
  },
  {
    name: 'check',
    summary: 'judge a live database against the contract; changes nothing that outlives it',
    define: async () => (await import('./check.ts')).define,
  },
  {
    name: 'drift',
    summary: 'compare a live database’s privilege state with head as built from migrations',
    define: async () => (await import('./drift.ts')).define,
  },
  {
    name: 'why',
    summary: 'the path by which a role has a privilege, or what is missing for it',
    define: async () => (await import('./why.ts')).define,
  },
  {
    name: 'who',
    summary: 'everybody who has a privilege on an object, by every way: grants, owners, roles, views, functions',
    exits: ['it was answered', 'not used', 'not used'],
    define: async () => (await import('./who.ts')).define,
  },
  {
    name: 'pr',
    summary: 'who can do at head what they could not at base, and who can no more, in at most twenty lines',
    exits: ['it was answered', 'there is a change of a class of --fail-on', 'not used'],
    define: async () => (await import('./pr.ts')).define,
  },
  {
    name: 'up',
    summary:
      'start the topology migrated to a revision, print a connection URL per identity, keep it until interrupted',
    define: async () => (await import('./up.ts')).define,
  },
  {
    name: 'test',
    summary: 'run pgTAP files alone, as a drop-in for pg_prove: any suite, psql scripts included',
    exits: [
      'every file passed and shows something',
      'a file failed: an assertion, its plan, or its script',
      'inconclusive: no file was found, a file passed and shows nothing, or no assertion was made',
    ],
    define: async () => (await import('./test.ts')).define,
  },
  {
    name: 'mutate',
    summary: 'break head on purpose, one clause at a time; every mutant must be noticed',
    define: async () => (await import('./mutate.ts')).define,
  },
  {
    name: 'merge',
    summary: 'make one report of the parts that mutate --shard wrote, and judge the whole; no database',
    define: async () => (await import('./merge.ts')).define,
  },
  {
    name: 'explain',
    summary: 'what a code of a finding means, why it matters and what to do; all codes without one',
    define: async () => (await import('./explain.ts')).define,
  },
  {
    name: 'report',
    summary: 'render a stored pack again; no database',
    define: async () => (await import('./report.ts')).define,
  },
  {
    name: 'diff',
    summary:
      'compare two packs: privileges, assertions, findings, verdict, what they were measured by; 1 when the second is worse',
    exits: [
      'the second is not worse, and was measured by no less',
      'the second is worse, or was measured by less',
      'not used',
    ],
    define: async () => (await import('./diff.ts')).define,
  },
  {
    name: 'verify',
    summary: 'recompute the digests of a pack and the chain of the index; 1 when something was changed',
    exits: [
      'nothing was changed, and the signature is of the key that was given',
      'something was changed, or the pack is not signed by the key that was given',
      'not used',
    ],
    define: async () => (await import('./verify.ts')).define,
  },
  {
    name: 'index',
    summary:
      'the packs of the index; with --check a gate: the index holds, and its newest pack is of what is checked out',
    exits: [
      'the index was shown; with --check: it holds',
      'with --check: it does not, and all that speaks against it is named',
      'with --check: there is no pack of this contract',
    ],
    define: async () => (await import('./index-verb.ts')).define,
  },
  {
    name: 'prune',
    summary: 'remove old packs, and keep their lines and digests in the index',
    exits: [
      'what the rule names is gone',
      'something that the index does not know was left where a pack should be',
      'not used',
    ],
    define: async () => (await import('./prune.ts')).define,
  },
  {
    name: 'doctor',
    summary: 'which topologies work on this machine, and why the others do not',
    define: async () => (await import('./doctor.ts')).define,
  },
  {
    name: 'completion',
    summary: 'the script by which bash, zsh or fish completes commands and flags',
    exits: ['the script was printed', 'not used', 'not used'],
    define: async () => (await import('./completion.ts')).defineFor(verbs),
  },
];
