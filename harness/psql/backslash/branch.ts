import type { CommandCall } from '../command.ts';
import { readBoolean } from '../variables.ts';

const branching = new Set(['if', 'elif', 'else', 'endif']);

/** Whether a command opens, switches or closes a block. Such commands are read in branches that do not run, too. */
export function isBranching(name: string): boolean {
  return branching.has(name);
}

/** Runs `\if`, `\elif`, `\else` or `\endif`. What a branch that did not run added to the statement is dropped. */
export function branch(call: CommandCall): void {
  const { conditions, scanner } = call.reading;
  const { parens } = scanner;
  const { length } = scanner.text;
  const holds = () => {
    const text = call.rest().join(' ');
    const is = readBoolean(text);
    if (is === undefined) {
      call.psql.warn(`unrecognized value "${text}" for "\\${call.name} expression": Boolean expected\n`);
    }
    return is === true;
  };
  const keep = (dropped: { length: number; parens: number } | undefined) => {
    if (dropped !== undefined) {
      scanner.restore(dropped.length, dropped.parens);
    }
  };
  switch (call.name) {
    case 'if':
      conditions.if(holds, length, parens);
      break;
    case 'elif':
      keep(conditions.elif(holds, length, parens));
      break;
    case 'else':
      keep(conditions.else(length, parens));
      break;
    default:
      keep(conditions.endif());
  }
  // The rest of a condition that was not needed.
  if (call.name === 'if' || call.name === 'elif') {
    call.rest();
  }
}
