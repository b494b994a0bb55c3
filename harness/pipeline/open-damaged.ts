import type { BuiltPhase } from '../attempts/built-phase.ts';
import { isOutOfStack } from '../attempts/recursion.ts';
import type { Seen } from '../proofs/observations.ts';
import { DamagedHead, shallowStack, type Sight } from './damaged-head.ts';
import type { Project } from './project.ts';

/** A head for changes, with what is seen of it without any. */
interface OpenedHead {
  head: DamagedHead;
  before: Seen;
}

/**
 * Opens a head for changes and looks at it. A change can make a policy ask its own table, and each attempt then runs to the end of
 * the stack: with the server's own depth that is a third of a second each, and minutes in all, so a shallow one is taken. With the
 * server's own it is opened where something in the head itself goes deeper on purpose. The caller closes it.
 */
export async function openDamaged(
  built: BuiltPhase,
  project: Project,
  signal: AbortSignal,
  sightOf: (head: DamagedHead) => Promise<Sight>,
): Promise<OpenedHead> {
  const open = async (settings: string): Promise<OpenedHead> => {
    const head = await DamagedHead.open(built, project, signal, settings);
    try {
      return { head, before: await head.see('', head.facts, await sightOf(head)) };
    } catch (error) {
      await head.close();
      throw error;
    }
  };
  const outOfStack = ({ before }: OpenedHead) => before.attempts.filter(isOutOfStack).length;
  const shallow = await open(shallowStack);
  if (outOfStack(shallow) === 0) {
    return shallow;
  }
  const deep = await open('');
  // What recurses without end does so at any depth.
  const [kept, left] = outOfStack(deep) < outOfStack(shallow) ? [deep, shallow] : [shallow, deep];
  await left.head.close();
  return kept;
}
