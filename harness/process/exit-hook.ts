const actions = new Set<() => void>();

/**
 * Registers a synchronous clean-up for the case that the process ends without its releasers having run
 * (a second Ctrl-C, an uncaught error); the last one registered runs first. Returns the function that withdraws it.
 */
export function lastResort(action: () => void): () => void {
  if (actions.size === 0) {
    process.once('exit', runAll);
  }
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) {
      process.off('exit', runAll);
    }
  };
}

function runAll(): void {
  // As releasers do: a folder goes after the server that writes to it.
  for (const action of [...actions].toReversed()) {
    try {
      action();
    } catch {
      // The process is ending: nobody is left to tell, and the next action must still run.
    }
  }
}
