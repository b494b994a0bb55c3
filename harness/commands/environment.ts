/** An environment variable that is read, and what it is for. */
export interface Variable {
  name: string;
  says: string;
}

/** All variables by their purpose: the only list of them. A test compares it with the sources. */
export const environment: readonly { title: string; variables: readonly Variable[] }[] = [
  {
    title: 'Where Postgres comes from',
    variables: [
      { name: 'ROLECALL_URL', says: 'Connection URL for the topology `url`. `--url` overrides it.' },
      {
        name: 'ROLECALL_POSTGRES_IMAGE',
        says: 'Image for the topologies `compose` and `testcontainers`. `--image` overrides it.',
      },
      {
        name: 'ROLECALL_POSTGRES_PORT',
        says: 'Port of docker-compose.e2e.yml on this machine, where you start it yourself. Default: 15432.',
      },
      {
        name: 'ROLECALL_POSTGRES_PASSWORD',
        says: 'Password of the superuser in docker-compose.e2e.yml, where you start it yourself. Default: postgres.',
      },
      {
        name: 'ROLECALL_APP_USER_PASSWORD',
        says: 'Password of app_user in docker-compose.e2e.yml, where you start it yourself. Default: app_user.',
      },
      { name: 'DOCKER_HOST', says: 'Address of the Docker engine, as for `docker`.' },
      { name: 'PATH', says: 'Where programs are looked for: docker, git, the program that migrates.' },
    ],
  },
  {
    title: 'Folders and limits',
    variables: [
      {
        name: 'ROLECALL_CACHE_DIR',
        says: 'Folder of fetched servers and initialised clusters. Default: the user’s cache folder; /var/cache/rolecall for root.',
      },
      {
        name: 'ROLECALL_TEMP_DIR',
        says: 'Folder of the data of embedded servers. Default: /dev/shm on Linux, else the system’s temporary folder.',
      },
      {
        name: 'ROLECALL_ANSWER_TIMEOUT',
        says: 'Seconds of silence after which Rolecall checks, over a second connection, whether the server is there. Default: 30.',
      },
      { name: 'XDG_CACHE_HOME', says: 'The user’s cache folder on Linux and macOS.' },
      { name: 'LOCALAPPDATA', says: 'The user’s cache folder on Windows.' },
      { name: 'HOME', says: 'Given to git, which looks there for its settings.' },
    ],
  },
  {
    title: 'Signing',
    variables: [
      {
        name: 'ROLECALL_SIGNING_KEY',
        says: 'Private ed25519 key that signs the pack: a file, or the PEM text itself. `--key` overrides it.',
      },
      {
        name: 'SIGSTORE_ID_TOKEN',
        says: 'Identity token for the audience sigstore, with which `--keyless` signs.',
      },
      {
        name: 'ACTIONS_ID_TOKEN_REQUEST_URL',
        says: 'Where `--keyless` asks for such a token. GitHub sets it with `id-token: write`.',
      },
      { name: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', says: 'What it shows there. GitHub sets it.' },
      { name: 'ROLECALL_FULCIO_URL', says: 'Fulcio of your own that issues the certificate for `--keyless`.' },
      { name: 'ROLECALL_REKOR_URL', says: 'Rekor of your own in which `--keyless` logs the signature.' },
    ],
  },
  {
    title: 'What is printed',
    variables: [
      { name: 'NO_COLOR', says: 'Any value: no colours.' },
      { name: 'FORCE_COLOR', says: 'Any value but 0: colours, also where the output is not a terminal.' },
      { name: 'TERM', says: '`dumb`: no colours, and no line is written over.' },
      { name: 'GITHUB_STEP_SUMMARY', says: 'File to which `run` adds a summary. GitHub sets it.' },
      {
        name: 'GITHUB_WORKSPACE',
        says: 'Folder that paths in annotations are relative to. GitHub sets it. Default: the working directory.',
      },
      { name: 'npm_lifecycle_event', says: 'npm sets it: the command ends when the npm that started it is gone.' },
    ],
  },
  {
    title: 'The server of `rolecall test`',
    variables: [
      { name: 'PGHOST', says: 'Host, or folder of the socket. `--host` overrides it.' },
      { name: 'PGHOSTADDR', says: 'Numeric address of the host.' },
      { name: 'PGPORT', says: 'Port. `--port` overrides it.' },
      { name: 'PGDATABASE', says: 'Database. `--dbname` overrides it.' },
      { name: 'PGUSER', says: 'Login. `--username` overrides it.' },
      { name: 'PGPASSWORD', says: 'Password.' },
      { name: 'PGSSLMODE', says: 'Whether the connection is encrypted, as for psql.' },
      { name: 'PGOPTIONS', says: 'Options of the session, as for psql.' },
      { name: 'PGSERVICE', says: 'Name of a service in the service file.' },
      { name: 'PGSERVICEFILE', says: 'The service file. Default: ~/.pg_service.conf.' },
      { name: 'PGSYSCONFDIR', says: 'Folder of the system’s pg_service.conf.' },
    ],
  },
];

/** Variables of the tests, for those who work on Rolecall. */
export const environmentOfTests: readonly Variable[] = [
  { name: 'ROLECALL_REQUIRE_CONTAINERS', says: '1: tests that need Docker fail without it; else they are skipped.' },
  { name: 'ROLECALL_REQUIRE_PSQL', says: '1: tests that need psql fail without it; else they are skipped.' },
  { name: 'ROLECALL_REQUIRE_ALEMBIC', says: '1: tests that need Alembic fail without it; else they are skipped.' },
  { name: 'ROLECALL_REQUIRE_CHROMIUM', says: '1: tests that need Chromium fail without it; else they are skipped.' },
  {
    name: 'ROLECALL_REQUIRE_LIBREOFFICE',
    says: '1: tests that need LibreOffice fail without it; else they are skipped.',
  },
  { name: 'ROLECALL_REQUIRE_DISKS', says: '1: tests that need small disks fail without them; else they are skipped.' },
  { name: 'ROLECALL_TEST_PROGRAM', says: 'Program that the tests start, as dist/cli.js. `npm test` sets it.' },
  {
    name: 'ROLECALL_RECORD',
    says: '1: records anew what real programs and the bypass checks print, for the tests that compare with it.',
  },
  { name: 'ROLECALL_SEED', says: 'Seed of random worlds, logins and scripts.' },
  { name: 'ROLECALL_WORLDS', says: 'Number of random worlds.' },
  { name: 'ROLECALL_SCRIPTS', says: 'Number of random scripts.' },
  { name: 'ROLECALL_MUTATIONS', says: 'Number of mutated contracts.' },
  { name: 'ROLECALL_FIXTURE_SHARD', says: 'Part of the mutants of the fixtures, as 1/15; 1/1 tries all.' },
];

const ofContract =
  'The contract names more: the variable of each login’s URL (`identities.<name>.url_env`), which `check` reads, and the one in which a program that migrates gets its URL (`migrations.url_env`).';

/** `rolecall help environment`. */
export function environmentText(): string {
  const lines = environment.flatMap(({ title, variables }) => [
    title,
    ...variables.map(({ name, says }) => `  ${name.padEnd(28)}${says}`),
    '',
  ]);
  return [...lines, ofContract].join('\n').replaceAll('`', '');
}

/** `docs/environment.md`. */
export function environmentDocument(): string {
  const table = (variables: readonly Variable[]) =>
    ['| variable | means |', '|---|---|', ...variables.map(({ name, says }) => `| \`${name}\` | ${says} |`)].join('\n');
  return [
    '# Environment variables',
    'Only these are read. `rolecall help environment` prints the same. A flag overrides the variable that stands for it.',
    ...environment.flatMap(({ title, variables }) => [`## ${title}`, table(variables)]),
    '## In the contract',
    ofContract,
    '## For those who work on Rolecall',
    'The tests read these.',
    table(environmentOfTests),
  ].join('\n\n');
}
