import { readFile } from 'node:fs/promises';

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import { readPlainFile } from '../common/plain-file.ts';

/** A kind of file that is read back, with the schema that it must match. */
export interface Written {
  schema: URL;
  /** The `schema_version` that this program writes and reads. */
  version: number;
}

const largest = 1_000_000_000;
const validators = new Map<string, ValidateFunction>();

/** Reads a JSON file and checks it against its schema. Throws in a few words if it does not match. */
export async function readValid(file: string, { schema, version }: Written): Promise<unknown> {
  const text = String(await readPlainFile(file, { limit: largest }));
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  const given = typeof data === 'object' && data !== null && 'schema_version' in data ? data.schema_version : undefined;
  if (given !== version) {
    const said = typeof given === 'number' ? `has schema version ${given}` : 'has no schema version';
    throw new Error(`${said}, and this program reads version ${version}`);
  }
  const validate =
    validators.get(schema.href) ??
    new Ajv({ allowUnionTypes: true }).compile(JSON.parse(await readFile(schema, 'utf8')) as object);
  validators.set(schema.href, validate);
  if (!validate(data)) {
    throw new Error(inWords(validate.errors![0]!));
  }
  return data;
}

function inWords({ instancePath, keyword, params, message }: ErrorObject): string {
  const place = instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.');
  const { additionalProperty, missingProperty } = params as { additionalProperty?: string; missingProperty?: string };
  return keyword === 'additionalProperties'
    ? `has an unknown key: ${additionalProperty!} in ${place}`
    : keyword === 'required'
      ? `lacks a key: ${missingProperty!} in ${place}`
      : `is not as its schema says: ${place} ${message ?? 'is wrong'}`;
}
