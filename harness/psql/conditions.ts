import { SlashFault } from './slash-scanner.ts';

interface Branch {
  /** `true`: runs. `false`: a later one may run. `ignored`: one has run already, or the outer block does not run. */
  state: 'true' | 'false' | 'ignored';
  hasElse: boolean;
  /**
   * Length of the statement and depth of its parentheses at the start of the branch. What a branch adds that does not run is
   * dropped.
   */
  length: number;
  parens: number;
}

/** The `\if` blocks of one file that are open. */
export class Conditions {
  readonly #branches: Branch[] = [];

  get isActive(): boolean {
    return this.#branches.every(({ state }) => state === 'true');
  }

  get isEmpty(): boolean {
    return this.#branches.length === 0;
  }

  /** Opens a block. `holds` is called only if the block itself is reached. */
  if(holds: () => boolean, length: number, parens: number): void {
    const state = !this.isActive ? 'ignored' : holds() ? 'true' : 'false';
    this.#branches.push({ state, hasElse: false, length, parens });
  }

  /** What to restore after `\elif`, `\else` or `\endif`; undefined if the branch ran. */
  elif(holds: () => boolean, length: number, parens: number): { length: number; parens: number } | undefined {
    const branch = this.#top('elif');
    const dropped = dropOf(branch);
    if (branch.hasElse) {
      throw new SlashFault('\\elif: cannot occur after \\else');
    }
    if (branch.state === 'true') {
      branch.state = 'ignored';
      Object.assign(branch, { length, parens });
    } else if (branch.state === 'false') {
      // Variables are filled in for the condition, even if the branch before it did not run.
      branch.state = 'true';
      branch.state = holds() ? 'true' : 'false';
    }
    return dropped;
  }

  else(length: number, parens: number): { length: number; parens: number } | undefined {
    const branch = this.#top('else');
    const dropped = dropOf(branch);
    if (branch.hasElse) {
      throw new SlashFault('\\else: cannot occur after \\else');
    }
    branch.hasElse = true;
    if (branch.state === 'true') {
      branch.state = 'ignored';
      Object.assign(branch, { length, parens });
    } else if (branch.state === 'false') {
      branch.state = 'true';
    }
    return dropped;
  }

  endif(): { length: number; parens: number } | undefined {
    const branch = this.#top('endif');
    this.#branches.pop();
    return dropOf(branch);
  }

  #top(command: string): Branch {
    const branch = this.#branches.at(-1);
    if (branch === undefined) {
      throw new SlashFault(`\\${command}: no matching \\if`);
    }
    return branch;
  }
}

function dropOf({ state, length, parens }: Branch): { length: number; parens: number } | undefined {
  return state === 'true' ? undefined : { length, parens };
}
