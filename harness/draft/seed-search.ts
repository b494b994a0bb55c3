/**
 * Which choices of some variables are allowed together: a choice for each in `variables`, by its index among the variable's
 * candidates.
 */
export interface Relation {
  variables: readonly number[];
  together: readonly (readonly number[])[];
}

/** How many steps a search takes before it is given up. */
const mostSteps = 20_000;

/**
 * A choice for each variable, of `sizes[variable]` candidates, that every relation accepts and that contains none of `refused`.
 * Candidates are tried in order. Undefined if there is none, or none was found soon. Pure.
 */
export function choiceOf(
  sizes: readonly number[],
  relations: readonly Relation[],
  refused: readonly ReadonlyMap<number, number>[] = [],
): number[] | undefined {
  let steps = 0;
  const chosen: number[] = [];
  const isRefused = () => refused.some((one) => [...one].every(([variable, choice]) => chosen[variable] === choice));
  const visit = (live: readonly Relation[]): boolean => {
    const variable = chosen.length;
    if (variable === sizes.length) {
      return true;
    }
    for (let choice = 0; choice < sizes[variable]!; choice += 1) {
      steps += 1;
      if (steps > mostSteps) {
        return false;
      }
      const left = withChoice(live, variable, choice);
      chosen.push(choice);
      if (left !== undefined && !isRefused() && visit(left)) {
        return true;
      }
      chosen.pop();
    }
    return false;
  };
  return visit(relations) ? chosen : undefined;
}

/** The relations that remain after a choice; undefined if one of them becomes empty. */
function withChoice(relations: readonly Relation[], variable: number, choice: number): Relation[] | undefined {
  const left: Relation[] = [];
  for (const relation of relations) {
    const at = relation.variables.indexOf(variable);
    const together = at === -1 ? relation.together : relation.together.filter((one) => one[at] === choice);
    if (together.length === 0) {
      return undefined;
    }
    left.push(at === -1 ? relation : { ...relation, together });
  }
  return left;
}
