import { customersPart } from '../draft/customers-part.ts';
import { createTwoFilesPatch } from 'diff';

import { exitCode } from '../common/errors.ts';
import { counted } from '../common/text.ts';
import { parseContract } from '../contract/parse-contract.ts';
import { extended, withoutPoliciesWhereOff } from '../draft/additions.ts';
import { newIn } from '../draft/new-in.ts';
import { broughtBy, withoutPlatform } from '../draft/platform.ts';
import { readDraft } from '../draft/read-draft.ts';
import { readProject } from '../pipeline/project.ts';
import { readingCatalogs } from '../pipeline/unreadable.ts';
import { withUnhindered } from '../postgres/unhindered.ts';
import { builtHead } from './built-head.ts';
import type { Context } from './context.ts';
import { liveState } from './live.ts';

interface UpdateOptions {
  contract: string;
  url?: string | undefined;
  pg?: number | undefined;
  format: 'text' | 'json';
}

/** Prints, as a diff of the contract, what head or a live database has and the contract does not declare. Nothing is written. */
export async function updateContract(
  { contract: file, url, pg, format }: UpdateOptions,
  context: Context,
): Promise<number> {
  const { signal, stdout, stderr } = context;
  const project = await readProject(file);
  const { contract, contractText, platform } = project;
  const state =
    url === undefined
      ? await builtHead(project, { topology: 'embedded', pg }, context)
      : await liveState(url, context, contract);
  const brought = platform === undefined ? undefined : broughtBy(platform.name);
  const customers = customersPart(state.facts, contract);
  const { draft } = await readingCatalogs(() =>
    withUnhindered(state.target, { signal }, (session) =>
      readDraft(session, customers.facts, brought, customers.admins),
    ),
  );
  const own = brought === undefined ? draft : withoutPlatform(draft, brought);
  const news = newIn(own, contract);
  const { left } = extended(contractText, news);
  const { text, added } = extended(contractText, withoutPoliciesWhereOff(news, left));
  // A proposed text must be a valid contract.
  parseContract(project.file, text);
  for (const place of left) {
    stderr(`${place}: something is new there, and what stands there would have to change: add it by hand\n`);
  }
  stderr(
    added.length === 0
      ? 'nothing is new: the contract says all that is there\n'
      : `${counted(added.length, 'place')} of the contract would say more: read each before you apply it, by git apply\n`,
  );
  const patch = added.length === 0 ? '' : createTwoFilesPatch(`a/${file}`, `b/${file}`, contractText, text);
  stdout(format === 'json' ? `${JSON.stringify({ added, left, patch })}\n` : patch);
  return exitCode.holds;
}
