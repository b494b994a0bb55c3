import path from 'node:path';

/** A path as it goes into a pack, a digest or a message, which are the same on every system. Windows opens it as well as its own. */
export function slashed(file: string, separator: string = path.sep): string {
  return file.replaceAll(separator, '/');
}
