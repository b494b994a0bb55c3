import { lstat, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

export interface PlainFileOptions {
  /** In bytes. A larger file is not read. */
  limit?: number;
  /** @default 'followed' */
  links?: 'followed' | 'refused';
}

/** Reads a file that somebody named. Throws in a few words if it cannot: a fifo or a device would never end. */
export async function readPlainFile(file: string, options: PlainFileOptions = {}): Promise<Buffer> {
  const fault = await plainFileFault(file, options);
  if (fault !== undefined) {
    throw new Error(fault);
  }
  return readFile(file).catch((error: unknown) => {
    throw new Error(whyNot(error), { cause: error });
  });
}

/** Why `file` is not a file that can be read to its end, in words that follow its name; undefined if it is one. */
export async function plainFileFault(
  file: string,
  { limit = Infinity, links = 'followed' }: PlainFileOptions = {},
): Promise<string | undefined> {
  const found = await (links === 'followed' ? stat : lstat)(file).catch(whyNot);
  if (typeof found === 'string') {
    return found;
  }
  if (!found.isFile()) {
    return `is ${kindOf(found)}, not a file`;
  }
  const megabyte = 1_000_000;
  return found.size > limit ? `is larger than ${Math.floor(limit / megabyte)} MB` : undefined;
}

/** Why `folder` is not a folder, in words that follow its name; undefined if it is one. */
export async function folderFault(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(whyNot);
  return typeof found === 'string' ? found : found.isDirectory() ? undefined : `is ${kindOf(found)}, not a folder`;
}

type Kinds = Pick<
  Awaited<ReturnType<typeof stat>>,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'
>;

/** The kind of a directory entry, with its article. */
export function kindOf(found: Kinds): string {
  return found.isFile()
    ? 'a file'
    : found.isDirectory()
      ? 'a folder'
      : found.isSymbolicLink()
        ? 'a link'
        : found.isFIFO()
          ? 'a pipe'
          : found.isSocket()
            ? 'a socket'
            : 'a device';
}

/** The words for a file that does not exist, nor anything else in its place. */
export const notThere = 'is not there';

const words: Readonly<Record<string, string>> = {
  ENOENT: notThere,
  ENOTDIR: 'is not there: something above it is a file',
  EEXIST: 'is there already, and is not a folder',
  EISDIR: 'is a folder',
  EACCES: 'is closed to this user',
  EPERM: 'is closed to this user',
  EROFS: 'is on a disk that cannot be written to',
  ELOOP: 'is a link that leads back to itself',
  ENAMETOOLONG: 'has a name that is too long',
  ERR_INVALID_ARG_VALUE: 'has a NUL character in its name',
};

/** The system's reason about a file, in words that follow its name. */
export function whyNot(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return words[code] ?? `cannot be used: ${message}`;
}

/** Makes a folder and its missing parents, and returns those that it made. Node's own function never returns in /proc. */
export async function makeFolders(folder: string): Promise<string[]> {
  const above = path.dirname(folder);
  try {
    await mkdir(folder);
    return [folder];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await folderFault(folder)) === undefined) {
      return [];
    }
    if (code !== 'ENOENT' || above === folder || (await folderFault(above)) === undefined) {
      throw error;
    }
    // Another run may be making the same folders.
    return [...(await makeFolders(above)), ...(await makeFolders(folder))];
  }
}
