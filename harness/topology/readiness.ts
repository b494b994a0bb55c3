import { setTimeout as delay } from 'node:timers/promises';

import { RolecallError } from '../common/errors.ts';
import { loginRefusal, withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';

export interface ReadinessOptions {
  withinMs: number;
  signal: AbortSignal;
  /** The last lines of the server's log. */
  lastLines: () => Promise<string>;
  /** Resolves, with how, when the container ends; given up by its own signal. Undefined where the caller watches itself. */
  ended?: (signal: AbortSignal) => Promise<string>;
}

/**
 * Resolves once a superuser can log in from here. The first boot of the image, while it initialises, is on a socket only,
 * so a login over TCP means the real server. Refuses with `topology-unavailable` when the container ends or time runs out.
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

/** The refusal of a container that ended, with how and its last words. */
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
      // 57P03: it is starting up. Any other answer of the server, as a wrong password, will not change by waiting.
      const refusal = loginRefusal(error);
      if (refusal !== undefined && refusal.sqlstate !== '57P03') {
        throw error;
      }
    }
    await delay(50, undefined, { signal });
  }
}
