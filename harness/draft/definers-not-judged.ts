import { listed } from '../common/text.ts';

/** The remark about definer functions of which the first run of a draft did not show whose rows they give; none without them. */
export function definerRemark(names: readonly string[]): string[] {
  return names.length === 0
    ? []
    : [
        `No call showed whose rows these SECURITY DEFINER functions give or change, and a login of tenants may call them: ${listed(names)}. Read their bodies, and say \`rows: all\` of those that are for every tenant on purpose.`,
      ];
}
