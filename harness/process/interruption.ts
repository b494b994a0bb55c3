import { setMaxListeners } from 'node:events';

import { RolecallError } from '../common/errors.ts';
import { isWindows } from './platform.ts';

/** SIGTERM never comes on Windows, and SIGHUP as its console is closed; Ctrl-Break comes there alone, where a job is cancelled. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, ...(isWindows() && { SIGBREAK: 130 }) };

/** npm passes on the Ctrl-C that the terminal has sent us already: what comes this soon is the same one. */
const echoMs = 500;

export interface Interruption {
  signal: AbortSignal;
  /** Exit code of the signal that came; undefined while none has. */
  readonly code: number | undefined;
  dispose(): void;
}

/** The first signal cancels, so that what was started can be stopped; a second one calls `force` with the exit code. */
export function interruption(force: (code: number) => void): Interruption {
  const controller = new AbortController();
  // Every open session listens: how many there are is not a sign of a leak.
  setMaxListeners(0, controller.signal);
  let code: number | undefined;
  let at = 0;
  const handlers = Object.entries(codes).map(([name, exit]) => {
    const handler = () => {
      const time = performance.now();
      if (code === undefined) {
        code = exit;
        at = time;
        process.stderr.write(`\nrolecall: ${name}: stopping what was started; again to stop at once\n`);
        controller.abort(new RolecallError('interrupted', { message: `interrupted by ${name}`, exit }));
      } else if (time - at > echoMs) {
        force(code);
      }
    };
    process.on(name, handler);
    return { name, handler };
  });
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    dispose: () => handlers.forEach(({ name, handler }) => process.off(name, handler)),
  };
}
