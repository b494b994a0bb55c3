import type { Conditions } from './conditions.ts';
import type { Psql } from './psql.ts';
import { runProgram } from './shell.ts';
import type { SlashHost } from './slash-scanner.ts';

/** What the scanners need from a running script. In a branch that does not run, nothing is filled in. */
export function hostOf(psql: Psql, conditions: Conditions): SlashHost {
  return {
    variable: (name) => (conditions.isActive ? psql.variables.get(name) : undefined),
    isSet: (name) => (conditions.isActive ? psql.variables.get(name) !== undefined : undefined),
    standardStrings: () => psql.session.parameters.get('standard_conforming_strings') !== 'off',
    warn: (message) => psql.warn(`${message}\n`),
    shell: (command) => {
      if (!conditions.isActive) {
        return '';
      }
      return runProgram(psql, 'backticks run a program', command).output.replace(/\r?\n$/, '');
    },
  };
}
