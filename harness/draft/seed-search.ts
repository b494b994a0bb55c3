/** Which choices of some variables go together: a choice of each in `variables`, by its place among the variable's candidates. */
export interface Relation {
  variables: readonly number[];
  together: readonly (readonly number[])[];
}

/** How many choices are tried before a search is given up. */
const mostSteps = 20_000;

/**
 * A choice for each variable, of `sizes[variable]` candidates, that every relation takes and that has none of `refused` in it; the
 * candidates are tried in their order. Undefined where there is none, or none was found soon. Pure.
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

/** What relations leave after a choice; undefined where one leaves nothing. */
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
