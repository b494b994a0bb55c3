import type { Verb } from './verb.ts';
import { answeringVerbs } from './verbs/answering.ts';
import { verbsAboutHere } from './verbs/here.ts';
import { packVerbs } from './verbs/packs.ts';
import { provingVerbs } from './verbs/proving.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
  ...provingVerbs,
  ...answeringVerbs,
  ...packVerbs,
  ...verbsAboutHere(() => verbs),
];
