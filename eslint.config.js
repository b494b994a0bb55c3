import unicorn from 'eslint-plugin-unicorn';
import tseslint from 'typescript-eslint';

// The folders of harness/ in the order data flows. A folder may import from folders above it and from its own.
const layers = [
  ['common'],
  ['process', 'contract', 'catalog'],
  ['postgres'],
  ['psql'],
  ['topology', 'migrations', 'pgtap', 'attempts'],
  ['findings'],
  ['source-code'],
  ['report'],
  ['proofs', 'test-files'],
  ['pack'],
  ['access-review'],
  ['pipeline'],
  ['mutation', 'draft', 'pull-request'],
  ['render'],
  ['commands'],
];

const drivers = [
  { name: 'pg', owner: 'postgres', why: 'only harness/postgres/ imports the driver' },
  { name: 'libpg-query', owner: 'postgres', why: 'only harness/postgres/parsed-sql.ts imports the parser' },
  { name: 'handlebars', owner: 'render', why: 'only harness/render/ imports handlebars' },
  { name: 'execa', owner: 'process', why: 'only harness/process/child.ts spawns' },
];

/** The folders that `folder` must not import from. */
function forbidden(folder) {
  const level = layers.findIndex((layer) => layer.includes(folder));
  const allowed = new Set([folder, ...layers.slice(0, level).flat()]);
  return layers.flat().filter((other) => !allowed.has(other));
}

const noDirectSpawn = ['child_process', 'node:child_process'];

const layerRules = layers.flat().map((folder) => ({
  files: [`harness/${folder}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [
          ...drivers.filter((d) => d.owner !== folder).map((d) => ({ name: d.name, message: d.why })),
          ...(folder === 'common'
            ? []
            : noDirectSpawn.map((name) => ({ name, message: 'spawn through process/child.ts' }))),
        ],
        patterns: [
          {
            group: [...forbidden(folder).map((other) => `**/${other}/**`), '../cli.ts', '../testing/*'],
            message: 'imports go one way: see the layer table in eslint.config.js',
          },
        ],
      },
    ],
  },
}));

// What only the entry point and the commands may do.
const onlyAtTheEdge = [
  {
    selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
    message: 'only cli.ts ends the process, by process.exitCode',
  },
  {
    selector: "AssignmentExpression[left.object.name='process'][left.property.name='exitCode']",
    message: 'only cli.ts sets the exit code',
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'only commands/ reads the environment',
  },
];

// What an outcome means is said once, in attempts/outcome.ts.
const outcomesByMeaning = {
  selector:
    "BinaryExpression[operator=/^[!=]==$/][right.type='Literal']:matches([left.name='outcome'], [left.property.name='outcome'])",
  message: 'ask what an outcome means: meaningOf, or endingOf, in attempts/outcome.ts',
};

// Judgement and views are data to data: the same observations give the same report, later and elsewhere.
const pure = {
  files: [
    'harness/**/judge.ts',
    'harness/**/view.ts',
    'harness/attempts/assess.ts',
    'harness/attempts/outcome.ts',
    'harness/proofs/judge-all.ts',
    'harness/proofs/closed-world/*.ts',
    'harness/findings/*.ts',
    'harness/pull-request/*.ts',
  ],
  ignores: ['harness/**/observe.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...onlyAtTheEdge,
      outcomesByMeaning,
      {
        selector:
          'ImportDeclaration[source.value=/(postgres\\u002F(?!quote)|common\\u002Fclock|^node:fs|^node:crypto)/][importKind!="type"]',
        message: 'judgement and views touch no database, no file and no clock',
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'reports/'] },
  ...tseslint.configs.strict,
  {
    files: ['harness/**/*.ts', '*.ts'],
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['vitest.config.ts'],
        },
      },
    },
    plugins: { unicorn },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // An index that was just checked reads better with `!` than with a second check that cannot fail.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'max-lines': ['error', { max: 250, skipBlankLines: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-syntax': ['error', ...onlyAtTheEdge, outcomesByMeaning],
    },
  },
  ...layerRules,
  pure,
  // The only places that may: the entry point, and the commands that read their environment.
  {
    files: ['harness/cli.ts', 'harness/commands/**/*.ts', 'harness/**/*.test.ts', 'harness/testing/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  // Configuration files are read by tools that want a default export.
  { files: ['*.config.ts', '*.config.js'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
