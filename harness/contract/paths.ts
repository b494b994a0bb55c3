import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { byCodeUnit } from '../common/order.ts';
import { folderFault, notThere, plainFileFault, readPlainFile } from '../common/plain-file.ts';
import { RolecallError, messageOf } from '../common/errors.ts';
import type { ParsedContract } from './contract.ts';
import type { ContractPath, Fault } from './source.ts';

/** In bytes: enough for some thousand tables. */
const largestContract = 2_000_000;
const largestFile = 500_000_000;

/** The text of a contract file. Refuses with `bad-contract` what is not such a file. */
export async function readContractText(file: string): Promise<string> {
  try {
    return String(await readPlainFile(file, { limit: largestContract }));
  } catch (error) {
    throw new RolecallError('bad-contract', {
      message: `cannot read the contract ${file}: it ${messageOf(error)}`,
      cause: error,
      next: 'Name it with --contract FILE.',
    });
  }
}

/** Faults of the paths that a contract names, and of the .sql files in its folders. It never reads a file without an end. */
export async function pathFaults(contract: ParsedContract, resolve: (file: string) => string): Promise<Fault[]> {
  const { migrations, migrator, provision, seeds, suites, controls, code } = contract;
  const checks = [
    ...(['before', 'after'] as const).flatMap((when) =>
      provision[when] === undefined ? [] : [fileFault(['provision', when], resolve(provision[when]))],
    ),
    migrationFaults(migrations, resolve),
    ...(migrator?.given === undefined ? [] : [fileFault(['migrator', 'given'], resolve(migrator.given))]),
    ...(seeds === undefined ? [] : [sqlFolderFaults(['seeds'], resolve(seeds))]),
    sqlFolderFaults(['suites'], resolve(suites)),
    controlFaults(resolve(controls), controls === defaultControls),
    ...(code === undefined ? [] : [onlyFolderFault(['code', 'root'], resolve(code.root))]),
  ];
  return (await Promise.all(checks)).flat();
}

async function migrationFaults(
  migrations: ParsedContract['migrations'],
  resolve: (file: string) => string,
): Promise<Fault[]> {
  if ('none' in migrations) {
    return [];
  }
  if ('command' in migrations) {
    return onlyFolderFault(['migrations', 'cwd'], resolve(migrations.cwd));
  }
  const { folder, stand_ins: standIns = {} } = migrations;
  const faults = await Promise.all([
    folderOrFileFaults(['migrations', 'folder'], resolve(folder)),
    ...Object.entries(standIns).map(([extension, name]) =>
      fileFault(['migrations', 'stand_ins', extension], resolve(name)),
    ),
  ]);
  return faults.flat();
}

const defaultControls = '../pgtap/controls';

async function fileFault(place: ContractPath, file: string): Promise<Fault[]> {
  const fault = await plainFileFault(file, { limit: largestFile });
  return fault === undefined ? [] : [{ path: place, message: `${shown(file)} ${fault}` }];
}

async function onlyFolderFault(place: ContractPath, folder: string): Promise<Fault[]> {
  const fault = await folderFault(folder);
  return fault === undefined ? [] : [{ path: place, message: `${shown(folder)} ${fault}` }];
}

/** One file may hold all of the migrations, for example a dump. */
async function folderOrFileFaults(place: ContractPath, folder: string): Promise<Fault[]> {
  const isFile = folder.endsWith('.sql') && (await folderFault(folder)) !== undefined;
  return isFile ? fileFault(place, folder) : sqlFolderFaults(place, folder);
}

async function sqlFolderFaults(place: ContractPath, folder: string): Promise<Fault[]> {
  const fault = await onlyFolderFault(place, folder);
  if (fault.length > 0) {
    return fault;
  }
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) {
    return [{ path: place, message: `${shown(folder)} is closed to this user` }];
  }
  const files = names.filter((name) => name.endsWith('.sql')).toSorted(byCodeUnit);
  return (await Promise.all(files.map((name) => fileFault(place, path.join(folder, name))))).flat();
}

/** The run reports suites without controls. A folder that the contract names must exist. */
async function controlFaults(folder: string, byDefault: boolean): Promise<Fault[]> {
  return byDefault && (await folderFault(folder)) === notThere ? [] : sqlFolderFaults(['controls'], folder);
}

const shown = (file: string) => file.replaceAll('\0', '\\0').slice(0, 200);
