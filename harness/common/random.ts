import { randomBytes } from 'node:crypto';

/** A password of 192 random bits, safe in a URL. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
