/** A clean-up without waiting, when the process ends by itself. It may return a text about what it had to leave. */
export type ExitAction = () => unknown;

const actions = new Set<ExitAction>();

/**
 * Registers a synchronous clean-up for the case that the process ends before its releasers ran (a second Ctrl-C, an uncaught
 * error). The last one registered runs first. Returns the function that unregisters it.
 */
export function onExit(action: ExitAction): () => void {
  if (actions.size === 0) {
    process.once('exit', runAll);
  }
  // A function of its own: the same action may be registered twice.
  const registered = () => action();
  actions.add(registered);
  return () => {
    actions.delete(registered);
    if (actions.size === 0) {
      process.off('exit', runAll);
    }
  };
}

/** Runs `work`. If the process ends before it has finished, `atExit` runs. */
export async function whileGuarded<T>(atExit: ExitAction, work: () => Promise<T>): Promise<T> {
  const unregister = onExit(atExit);
  try {
    return await work();
  } finally {
    unregister();
  }
}

function runAll(): void {
  // In reverse order, as releasers do: a folder is removed after the server that writes to it has ended.
  for (const action of [...actions].toReversed()) {
    try {
      const left = action();
      if (typeof left === 'string') {
        process.stderr.write(`rolecall: ${left}\n`);
      }
    } catch {
      // The process is ending. Nobody is left to tell, and the next action must still run.
    }
  }
}
