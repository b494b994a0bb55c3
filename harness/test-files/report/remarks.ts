import { listed } from '../../common/text.ts';
import { idleAssertions, madeAssertions, showsNothing, whyVacuous, type TestResult } from '../test-result.ts';

/** Remarks about files that prove less than they seem to, besides the output of `prove`. */
export function remarksText(results: readonly TestResult[], allowsVacuous: boolean): string {
  const hopping = results.filter(({ hopsRoles }) => hopsRoles).map(({ name }) => name);
  return [
    ...results.flatMap(remark),
    ...(hopping.length === 0
      ? []
      : [
          `${listed(hopping)}: SET ROLE in a superuser’s session is not a login; it can be reset, and takes no settings of the role\n`,
        ]),
    ...ending(results, allowsVacuous),
  ].join('');
}

function remark(result: TestResult): string[] {
  const reason = whyVacuous(result);
  if (reason !== undefined) {
    return [`${result.name} shows nothing: ${reason}\n`];
  }
  const idle = idleAssertions(result);
  return idle === undefined ? [] : [`${result.name}: ${idle}\n`];
}

function ending(results: readonly TestResult[], allowsVacuous: boolean): string[] {
  if (!showsNothing(results, allowsVacuous)) {
    return [];
  }
  return [
    madeAssertions(results) === 0
      ? 'Inconclusive: No assertion was made.\n'
      : 'Inconclusive: --allow-vacuous ends with 0 all the same.\n',
  ];
}
