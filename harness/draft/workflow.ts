/** What a drafted workflow depends on. */
export interface DraftedWorkflow {
  /** Version of this program: the tag `v<version>` of its repository is what the workflow uses. */
  version: string;
  /** The contract, relative to the root of the repository, by `/`. */
  contract: string;
  /** Whether the project itself installs this program: by npm, from a lockfile. */
  isInstalled: boolean;
  /** What has to be installed for the program that migrates; undefined where Rolecall runs the migrations itself. */
  migrator?: MigratorSetup | undefined;
}

/** What runs the migrations, and the commands that install it where they are known. */
export interface MigratorSetup {
  /** The program, as a person knows it: `alembic`. */
  program: string;
  commands: readonly string[];
}

const checkout = `      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
`;

/** A workflow that makes the evidence of each change and keeps it, red when the contract is broken. */
export function workflowText(drafted: DraftedWorkflow): string {
  return `name: rolecall

on:
  pull_request:
  push:
    branches: [main, master]

permissions:
  contents: read

jobs:
  evidence:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
${checkout}${drafted.migrator === undefined ? '' : migratorStep(drafted.migrator)}${drafted.isInstalled ? installedSteps(drafted) : actionStep(drafted)}`;
}

function migratorStep({ program, commands }: MigratorSetup): string {
  return commands.length === 0
    ? `      # Install here what ${program.replaceAll(/\s/g, ' ')} needs: it runs the migrations.\n`
    : `      # ${program} runs the migrations.\n      - run: |\n${commands.map((command) => `          ${command}\n`).join('')}`;
}

function actionStep({ version, contract }: DraftedWorkflow): string {
  return `      - uses: rolecall/rolecall/.github/actions/evidence@v${version}
        with:
          contract: ${scalar(contract)}
          out: evidence
          artifact: evidence
`;
}

/** Never from the registry under its bare name: what the lockfile says is what runs. */
function installedSteps({ contract }: DraftedWorkflow): string {
  return `      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 22
      - run: npm ci
      - run: npx --no rolecall run --contract "$CONTRACT" --reporter console,github --out evidence
        env:
          CONTRACT: ${scalar(contract)}
      - if: always()
        uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with:
          name: evidence
          path: evidence/
          if-no-files-found: error
`;
}

/** A text as YAML takes it: as it is where nothing in it could mean something else. */
function scalar(text: string): string {
  return /^[A-Za-z][\w-]*(?:[./][\w-]+)+$/.test(text) ? text : JSON.stringify(text);
}
