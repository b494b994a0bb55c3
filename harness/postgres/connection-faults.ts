import type { Socket } from 'node:net';

import { messageOf, RolecallError } from '../common/errors.ts';
import { serverError } from './sql-error.ts';
import { nameOf, type Target } from './target.ts';

/**
 * Whether the connection is gone, as opposed to a refused statement. 57P01 and 57P02 are the server's last words to a session.
 */
export function isLoss(error: unknown, socket: Socket): boolean {
  const sqlstate = serverError(error)?.sqlstate;
  // The driver knows before the socket shows it.
  const isKnown = error instanceof Error && error.message.endsWith('is not queryable');
  return sqlstate === undefined
    ? isKnown || socket.destroyed || !socket.readable
    : sqlstate === '57P01' || sqlstate === '57P02';
}

/** The error for a session that was ended while a statement ran. */
export function lossError(target: Target, error: unknown): RolecallError {
  return new RolecallError('connection-lost', {
    message: `the server at ${nameOf(target)} ended the connection in the middle: ${messageOf(error)}`,
    next: 'See in its log why it ended, and run again.',
    cause: error,
  });
}

/** The error for a login that failed, whatever the reason. */
export function connectionError(target: Target, error: unknown): RolecallError {
  const sqlstate = serverError(error)?.sqlstate;
  return new RolecallError('connection-failed', {
    message: `cannot log in as ${nameOf(target)}: ${messageOf(error)}${sqlstate === undefined ? '' : ` (SQLSTATE ${sqlstate})`}`,
    next: 'Check that the server runs, that the role may log in, and that its password is right.',
    cause: error,
  });
}
