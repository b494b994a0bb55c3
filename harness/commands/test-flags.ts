import { InvalidArgumentError, Option } from '@commander-js/extra-typings';

import { RolecallError } from '../common/errors.ts';
import { collected, formatOption, wholeNumber, type Command, type FlagsOf } from './options.ts';

const reporterNames = ['prove', 'tap', 'junit', 'json', 'github'] as const;
export type ReporterName = (typeof reporterNames)[number];

/** The flags of `rolecall test`: those of `pg_prove`, and our own. */
export const testFlags = (command: Command) =>
  command
    .helpOption('-H, --help', 'display help for command')
    .argument('[files...]', 'test files, and folders that hold them')
    .option('--url <url>', 'connection URL of a server that exists (default: none, a server of the run’s own)')
    .option('-d, --dbname <name>', 'database to connect to, or its URL or key=value pairs (default: PGDATABASE)')
    .option('-U, --username <name>', 'login to connect as (default: PGUSER)')
    .option('-h, --host <host>', 'host, or folder of the socket (default: PGHOST)')
    .option('-p, --port <port>', 'port (default: PGPORT)')
    .option('--ext <ending>', 'ending of the test files of a folder; again for each (default: .pg)', collected)
    .option('-r, --recurse', 'folders within folders, too')
    .option('-j, --jobs <n>', 'files side by side (default: one a core); 1 keeps their order', positive)
    .option('-S, --set <name=value>', 'set a variable of psql; again for each', collected)
    .option('-P, --pset <name=value>', 'set a printing option of psql; again for each', collected)
    .option('-R, --runtests', 'run pgTAP’s xUnit functions instead of files, by runtests()')
    .option('-s, --schema <name>', 'schema of the xUnit functions')
    .option('-x, --match <regex>', 'names of the xUnit functions')
    .option('--setup <file>', 'SQL that is run first, as superuser; what it does stays')
    .option('--as <role>', 'log in as this role for the tests')
    .option('--allow-pgtap', 'load pgTAP where the database has none, and remove it afterwards')
    .option('--allow-shell', 'let files run programs: backticks, \\!, \\setenv, \\copy … program, \\o |, \\g |')
    .option('--allow-vacuous', 'end with 0 also where a file passes and shows nothing, as pg_prove does')
    .option('-v, --verbose', 'print every line of TAP')
    .option('-f, --failures', 'print failed tests')
    .option('-o, --comments', 'print comments (always so)')
    .option('-Q, --QUIET', 'print the summary alone')
    .option('-w, --watch', 'stay, and run what changed')
    .addOption(
      new Option('--reporter <name>', `${reporterNames.join(', ')}; several with commas`)
        .default(['prove'] as readonly ReporterName[], 'prove')
        .argParser(reporters),
    )
    .addOption(formatOption('the results as data, as --reporter json'))
    .option(
      '--contract <file>',
      'contract whose head the server of the run’s own is migrated to (default: db/contract.yaml)',
    )
    .option('--pg <major>', 'PostgreSQL major version of the server of the run’s own', wholeNumber);

export type TestOptions = FlagsOf<typeof testFlags>;

/** A file ending with its dot. */
export function withDot(ending: string): string {
  return ending.startsWith('.') ? ending : `.${ending}`;
}

function positive(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) {
    throw new InvalidArgumentError('It must be at least 1.');
  }
  return number;
}

function reporters(text: string): readonly ReporterName[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name): name is ReporterName => (reporterNames as readonly string[]).includes(name))) {
    throw new InvalidArgumentError(`Allowed are ${reporterNames.join(', ')}.`);
  }
  return names;
}

/** `name=value` of repeatable flags. */
export function pairs(given: readonly string[] | undefined, flag: string): Record<string, string> {
  return Object.fromEntries(
    (given ?? []).map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        throw new RolecallError('bad-argument', {
          message: `a ${flag} is not a name=value`,
          next: 'Write it as name=value.',
        });
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
