import { setTimeout as delay } from 'node:timers/promises';

import { RolecallError } from '../common/errors.ts';
import { loginRefusal, withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';

export interface ReadinessOptions {
  withinMs: number;
  signal: AbortSignal;
  /** The last lines of the server's log. */
  lastLines: () => Promise<string>;
  /**
   * Resolves with the reason when the container ends; its own signal stops the wait. Undefined if the caller watches the
   * container itself.
   */
  ended?: (signal: AbortSignal) => Promise<string>;
}

/**
 * Resolves once a superuser can log in from here. While the image initialises, its server listens on a socket only, so a login
 * over TCP means the final server. Refuses with `topology-unavailable` if the container ends or time runs out.
 */
export async function untilReady(
  target: Target,
  { withinMs, signal, lastLines, ended }: ReadinessOptions,
): Promise<void> {
  const stop = new AbortController();
  const over = AbortSignal.any([signal, stop.signal]);
  const timer = setTimeout(() => stop.abort(), withinMs);
  const gone = ended?.(over).catch(() => undefined);
  try {
    const end = await Promise.race([
      loggedIn(target, over),
      ...(gone === undefined ? [] : [gone.then((how) => how ?? new Promise<never>(() => undefined))]),
    ]);
    if (end !== undefined) {
      throw await endedEarly(end, lastLines);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (stop.signal.aborted) {
      throw new RolecallError('topology-unavailable', {
        message: `nobody could log in within ${withinMs / 1000} s\n${await lastLines()}`,
        next: 'See its last words above; on an engine elsewhere, use the topology testcontainers or url.',
        cause: error,
      });
    }
    throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
    await gone;
  }
}

/** The refusal of a container that ended, with the reason and its last words. */
export async function endedEarly(how: string, lastLines: () => Promise<string>): Promise<RolecallError> {
  return new RolecallError('topology-unavailable', {
    message: `the container ended before it was ready: ${how}\n${await lastLines()}`,
    next: 'See its last words above; the image must be a PostgreSQL that takes POSTGRES_PASSWORD.',
  });
}

async function loggedIn(target: Target, signal: AbortSignal): Promise<undefined> {
  for (;;) {
    try {
      return await withSession(target, { signal, connectTimeoutMs: 5000 }, () => Promise.resolve(undefined));
    } catch (error) {
      // 57P03 means that the server is starting up. Waiting does not change any other answer, such as a wrong password.
      const refusal = loginRefusal(error);
      if (refusal !== undefined && refusal.sqlstate !== '57P03') {
        throw error;
      }
    }
    await delay(50, undefined, { signal });
  }
}
