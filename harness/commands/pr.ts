import { access, readFile } from 'node:fs/promises';
import path from 'node:path';

import { exitCode, RolecallError } from '../common/errors.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import { slashed } from '../common/slashes.ts';
import type { ContractPath } from '../contract/source.ts';
import { bodiesOf } from '../pipeline/bodies-of.ts';
import { headState, stateOf } from '../pipeline/head-state.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { sqlParser, type SqlParser } from '../postgres/parsed-sql.ts';
import { answerLines, markdown } from '../pull-request/answer.ts';
import { changeClasses, type ChangeClass, type Side } from '../pull-request/change.ts';
import { judgeChanges } from '../pull-request/judge.ts';
import { onlyIn, placed } from '../pull-request/places.ts';
import { withNewNames } from '../pull-request/renames.ts';
import { statementsOf, type Statement } from '../pull-request/statements.ts';
import type { Context } from './context.ts';
import { changedFiles, checkedOut, commitOf, inRepository, mergeBase, repositoryOf, type Tree } from './git-trees.ts';
import { migratorOf } from './migrator.ts';
import { contractOption, majorOption, topologyFlags, type Command, type FlagsOf, type Invoke } from './options.ts';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { chooseTopology } from './topology.ts';

const flags = (command: Command) =>
  topologyFlags(command)
    .requiredOption('--base <ref>', 'the revision that it is compared with, where the branch left it: origin/main')
    .option('--head <ref>', 'the revision that is asked about (default: the work tree)')
    .addOption(contractOption())
    .addOption(majorOption())
    .addOption(
      new Option(
        '--fail-on <classes>',
        `end with 1 where one is there: a list of ${changeClasses.join(', ')}`,
      ).argParser(classesIn),
    )
    .addOption(
      new Option('--format <format>', 'json: every line, with class, place and how many objects it speaks of')
        .choices(['markdown', 'json'] as const)
        .default('markdown' as const),
    );

type PrOptions = FlagsOf<typeof flags>;

function classesIn(text: string): ChangeClass[] {
  const words = text.split(',').map((word) => word.trim());
  if (!words.every((word): word is ChangeClass => (changeClasses as readonly string[]).includes(word))) {
    throw new InvalidArgumentError(`It must be a list of ${changeClasses.join(', ')}.`);
  }
  return words;
}

/** `rolecall pr`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => pr(options, context)));

/** Tells a reviewer who can do at head what they could not at base, and who no longer can, in at most twenty lines. */
export async function pr(
  { contract, base, head, failOn = [], format, ...topology }: PrOptions,
  context: Context,
): Promise<number> {
  if (topology.topology === 'url') {
    throw new RolecallError('bad-argument', {
      message: 'pr builds two revisions side by side, and databases of one server share their roles',
      next: 'Leave --topology away, or pass one that starts servers: embedded, compose, testcontainers.',
    });
  }
  const repository = await repositoryOf(contract, context);
  const [asked, headCommit] = [
    await commitOf(repository, base, `--base ${base}`),
    await commitOf(repository, head ?? 'HEAD', head === undefined ? 'HEAD' : `--head ${head}`),
  ];
  const commit = await mergeBase(repository, asked, headCommit);
  const file = await inRepository(repository, contract);
  const [before, after]: [Tree, Tree] = [
    await checkedOut(repository, commit, commit.slice(0, 12), context),
    head === undefined
      ? { folder: repository.root, commit: undefined, name: 'the work tree' }
      : await checkedOut(repository, headCommit, headCommit.slice(0, 12), context),
  ];
  const isNew = await access(path.join(before.folder, file)).then(
    () => false,
    () => true,
  );
  const young = await within(after, 'head', () => readProject(path.join(after.folder, file)));
  const old = isNew ? undefined : await within(before, 'base', () => readProject(path.join(before.folder, file)));
  const pg = topology.pg ?? young.contract.postgres;
  const [baseSide, headSide] = await Promise.all([
    within(before, 'base', () => built(old, young, 'baseline', { ...topology, pg }, context)),
    within(after, 'head', () => built(young, young, 'head', { ...topology, pg }, context)),
  ]);
  const parser = await sqlParser();
  const names = inOrder(await changedFiles(repository, commit, after.commit), young, after);
  const [were, are] = await Promise.all([before, after].map((tree) => statementsIn(tree, names, parser)));
  const [added, removed] = [onlyIn(are!, were!), onlyIn(were!, are!)];
  const line = (project: Project | undefined) => (at: ContractPath) => ({
    file,
    line: project?.source.lineOf(at) ?? 1,
  });
  const changes = judgeChanges(withNewNames(baseSide, headSide, added), headSide, {
    parser,
    of: line(young),
    before: line(old),
  });
  const hide = hiding([...(old?.secrets ?? []), ...young.secrets]);
  const lines = withoutPasswordsIn(answerLines(placed(changes, added, removed)), hide);
  const failed = failsOn(
    failOn,
    lines.map((one) => one.class),
  );
  const all = `rolecall pr --base ${base}${head === undefined ? '' : ` --head ${head}`} --format json`;
  context.stdout(
    format === 'json'
      ? `${JSON.stringify({ base: { ref: base, commit }, head: { ref: head ?? null, commit: after.commit ?? null }, contract_is_new: isNew, failed, lines })}\n`
      : markdown(lines, { base: before.name, head: after.name, isNew, all }),
  );
  return failed ? exitCode.broken : exitCode.holds;
}

/** A change that is unclear counts as much as one that widens. */
function failsOn(asked: readonly ChangeClass[], there: readonly ChangeClass[]): boolean {
  return there.some((one) => asked.includes(one) || (one === 'unclear' && asked.includes('widens')));
}

/** The state of a revision as its own migrations build it; without a contract, that of an empty database. */
async function built(
  project: Project | undefined,
  young: Project,
  phase: 'baseline' | 'head',
  flags: Parameters<typeof chooseTopology>[0],
  context: Context,
): Promise<Side> {
  const { signal } = context;
  const { topology, options } = await chooseTopology(flags, project ?? young, phase, context);
  if (project === undefined) {
    const server = await topology.start(phase, options);
    return {
      facts: (await stateOf(server.superuser, signal, young.contract)).facts,
      contract: undefined,
      bodies: new Map(),
    };
  }
  const { facts, target } = await headState(
    topology,
    options,
    { project, migrator: migratorOf(project, context), reporter: {}, signal },
    phase,
  );
  return { facts, contract: project.contract, bodies: await bodiesOf(target, signal) };
}

/** Adds the revision to an error, with the paths of the repository. */
async function within<T>({ folder, name, commit }: Tree, which: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RolecallError) || commit === undefined) {
      throw error;
    }
    const here = [slashed(path.relative(process.cwd(), folder)), folder];
    const message = here.reduce((text, prefix) => text.replaceAll(`${prefix}/`, ''), error.message);
    throw new RolecallError(error.code, {
      message: `${which} (${name}) cannot be built\n${message}`,
      next: `Name a revision that can: --${which} REF.`,
      cause: error,
      exit: error.exit,
    });
  }
}

/** Files in running order: those before the migrations, the migrations, those after. */
function inOrder(names: readonly string[], { provision, seeds }: Project, { folder }: Tree): string[] {
  const own = (files: readonly string[]) => files.map((file) => slashed(path.relative(folder, path.resolve(file))));
  const [before, after] = [own(provision.before), own([...provision.after, ...seeds])];
  const rank = (name: string) => (before.includes(name) ? 0 : after.includes(name) ? 2 : 1);
  return names.toSorted((a, b) => rank(a) - rank(b));
}

const texts = /\.(?:sql|psql|pgsql|py|rb|js|mjs|cjs|ts|go|java|kt|cs|ex|exs|php|rs|ya?ml|xml|json)$/;

async function statementsIn({ folder }: Tree, names: readonly string[], parser: SqlParser): Promise<Statement[]> {
  const found = await Promise.all(
    names
      .filter((name) => texts.test(name) && !/\.ya?ml$/.test(name))
      .map(async (name) => {
        const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
        return statementsOf(name, text, parser);
      }),
  );
  return found.flat();
}
