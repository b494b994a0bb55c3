import { exitsOfContract, type Verb } from '../verb.ts';

const needsServer =
  'nothing with the topology embedded, the default; Docker with compose and testcontainers; with url a superuser’s URL, or one of a role with CREATEROLE and CREATEDB.';

/** Verbs that prove something, and those that they rely on. */
export const provingVerbs: readonly Verb[] = [
  {
    name: 'run',
    summary: 'the main job: both phases, suites, probes, diff, verdict, report, index',
    needs: `a contract, and a Postgres to build it in: ${needsServer}`,
    examples: [
      { args: '', says: 'makes the evidence of db/contract.yaml under reports/' },
      { args: '--pg 17 --reporter console,junit,sarif', says: 'on PostgreSQL 17, with files for a CI' },
      {
        args: '--topology url --url postgresql://postgres@127.0.0.1:5432/postgres',
        says: 'in databases of its own on a server that exists',
      },
      { args: '--key signing.pem --format json', says: 'signs the pack, and prints where it is' },
    ],
    exits: exitsOfContract,
    define: async () => (await import('../run.ts')).define,
  },
  {
    name: 'init',
    summary: 'draft a contract, seeds and suites from the migrations, and see that the draft passes',
    needs:
      'migrations, which it builds on the embedded server; or with --url a live database and any role that may read its catalogs.',
    examples: [
      { args: '', says: 'drafts from the first usual folder of migrations' },
      { args: '--migrations sql/migrations --layout flyway', says: 'from a folder that you name' },
      { args: '--command "alembic upgrade {revision}" --url-env DATABASE_URL --head head', says: 'from a program' },
      { args: '--url postgresql://readonly@db:5432/app', says: 'from a live database, which stays as it is' },
    ],
    exits: {
      0: 'the draft passes as it stands',
      3: 'the draft was written and does not pass yet: the answer says why; or the catalogs cannot be read',
    },
    define: async () => (await import('../init.ts')).define,
  },
  {
    name: 'check',
    summary: 'judge a live database against the contract; changes nothing that outlives it',
    needs:
      'a contract and a connection URL. Any role gives a verdict from the catalogs; URLs of the logins, or a superuser’s, prove more.',
    examples: [
      { args: '--url postgresql://readonly@db:5432/app --proof catalog', says: 'by the catalogs alone' },
      {
        args: '--url postgresql://admin@db:5432/app --login app_user=postgresql://app_user@db:5432/app',
        says: 'also runs statements as that login, and rolls them back',
      },
    ],
    exits: exitsOfContract,
    define: async () => (await import('../check.ts')).define,
  },
  {
    name: 'drift',
    summary: 'compare a live database’s privilege state with head as built from migrations',
    needs: `a contract, a connection URL of any role that may read catalogs, and a Postgres to build head in: ${needsServer}`,
    examples: [
      { args: '--url postgresql://readonly@db:5432/app', says: 'prints each fact that differs' },
      { args: '--url postgresql://readonly@db:5432/app --topology auto --format json', says: 'the same as data' },
      {
        args: '--url "$DATABASE_URL" --out reports --key rolecall.key',
        says: 'writes a signed pack of the comparison as well',
      },
    ],
    exits: {
      0: 'the live database has the privilege state that the migrations build',
      1: 'it differs in at least one fact',
      3: 'inconclusive: the catalogs cannot be read',
    },
    define: async () => (await import('../drift.ts')).define,
  },
  {
    name: 'up',
    summary:
      'start the topology migrated to a revision, print a connection URL per identity, keep it until interrupted',
    needs: `a contract, and a Postgres to build it in: ${needsServer}`,
    examples: [
      { args: '', says: 'a server at head, with a URL for each login' },
      { args: '--revision 202601131610 --format json', says: 'at an older revision, for a program to read' },
    ],
    // It ends by the signal that interrupts it.
    exits: {},
    define: async () => (await import('../up.ts')).define,
  },
  {
    name: 'test',
    summary: 'run pgTAP files alone, as a drop-in for pg_prove: any suite, psql scripts included',
    needs:
      'nothing: it starts a server of its own; or a server that --url, --dbname or the variables of psql name. Neither psql nor Perl.',
    examples: [
      { args: 'tests/*.pg', says: 'runs them on a server of its own' },
      { args: '-d app -r --ext .sql tests', says: 'in a database, with the flags of pg_prove' },
      { args: '--url postgresql://postgres@127.0.0.1:5432/app --watch tests', says: 'runs what changed, again' },
      { args: '--reporter junit tests > junit.xml', says: 'writes a file for a CI' },
    ],
    exits: {
      0: 'every file passed and shows something',
      1: 'a file failed: an assertion, its plan, or its script',
      3: 'inconclusive: no file was found, a file passed and shows nothing, or no assertion was made',
    },
    define: async () => (await import('../test.ts')).define,
  },
  {
    name: 'mutate',
    summary: 'break head on purpose, one clause at a time; every mutant must be noticed',
    needs: `a contract, and a Postgres to break: ${needsServer}`,
    examples: [
      { args: '', says: 'tries every mutant of head' },
      { args: '--list', says: 'prints the ids of the mutants' },
      { args: '--only policy-kind/public.notes/mine', says: 'tries one mutant' },
      { args: '--shard 1/4 --out parts', says: 'a quarter, for merge to join' },
    ],
    exits: {
      0: 'the score is not below the threshold break of the contract',
      1: 'the score is below it',
      3: 'inconclusive: there is no mutant, or one could not be judged',
    },
    define: async () => (await import('../mutate.ts')).define,
  },
  {
    name: 'merge',
    summary: 'make one report of the parts that mutate --shard wrote, and judge the whole; no database',
    needs: 'the parts, and the contract that they were made with. No database.',
    examples: [
      { args: 'parts/mutation', says: 'joins every part in a folder' },
      { args: 'mutation.1-of-2.json mutation.2-of-2.json --format json', says: 'joins these, and prints the score' },
    ],
    exits: {
      0: 'the score of the whole is not below the threshold break of the contract',
      1: 'the score is below it',
      3: 'inconclusive: there is no mutant, or one could not be judged',
    },
    define: async () => (await import('../merge.ts')).define,
  },
];
