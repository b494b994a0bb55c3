import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * What to do if a command runs Alembic by a Python that has none, or that is not there, by what the failure says; undefined if
 * it is another failure.
 */
export function missingAlembic(
  [program = '', ...args]: readonly string[],
  failure: string,
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): string | undefined {
  if (!args.includes('alembic.config') || !/No module named '?alembic\b|ENOENT/.test(failure)) {
    return undefined;
  }
  const found = fileOf(program, cwd, env['PATH'] ?? '');
  const used =
    found === undefined
      ? `There is no ${program}${program.includes('/') ? '' : ' on the PATH'}`
      : `The Python was ${found}`;
  return `${used}: \`${program} -m alembic.config --help\` must answer in ${path.resolve(cwd)}. \`rolecall init\` takes .venv/bin/python or venv/bin/python of the project where there is one, else the first python3 on the PATH: put Alembic there, or that Python first.`;
}

/** The file that a program's name means; undefined if there is none. */
function fileOf(program: string, cwd: string, searched: string): string | undefined {
  const files = program.includes('/')
    ? [path.resolve(cwd, program)]
    : searched.split(path.delimiter).map((folder) => path.join(folder, program));
  return files.find((file) => existsSync(file));
}
