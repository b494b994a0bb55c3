import path from 'node:path';

/** A path for a pack, a digest or a message, the same on every system. Windows opens it as well as its own form. */
export function slashed(file: string, separator: string = path.sep): string {
  return file.replaceAll(separator, '/');
}
