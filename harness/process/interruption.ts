import { setMaxListeners } from 'node:events';

import { RolecallError } from '../common/errors.ts';
import { isWindows } from './platform.ts';

/** On Windows SIGTERM never comes, and SIGHUP comes when the console closes. Only Ctrl-Break comes when a job is cancelled. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, ...(isWindows() && { SIGBREAK: 130 }) };

/** npm passes on the Ctrl-C that the terminal has already sent us. A signal within this time is the same one. */
const echoMs = 500;

export interface Interruption {
  signal: AbortSignal;
  /** The exit code of the signal that came; undefined if none has. */
  readonly code: number | undefined;
  dispose(): void;
}

/** The first signal cancels, so that what was started can be stopped. A second one calls `force` with the exit code. */
export function interruption(force: (code: number) => void): Interruption {
  const controller = new AbortController();
  // Every open session listens, so many listeners are not a leak.
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
