import { isRecord } from '../../common/is-record.ts';
import { emptyRecord } from '../../common/records.ts';
import { isPlatformName, readPlatform } from './platform.ts';

type Given = Readonly<Record<string, unknown>>;

/**
 * A contract as it was read, completed by what its platform adds. Keys of both are merged at every depth, any other value of the
 * project replaces the platform's, and null removes it. Without a known platform the contract stays as it is.
 */
export function withPlatform(given: unknown): unknown {
  const platform = isRecord(given) ? given['platform'] : undefined;
  if (!isRecord(given) || !isPlatformName(platform)) {
    return given;
  }
  const { contract } = readPlatform(platform);
  const { tenancy, ...brought } = contract;
  // An incomplete tenancy is dropped.
  return laidOver(isRecord(given['tenancy']) ? { ...brought, tenancy } : brought, given);
}

function laidOver(below: Given, above: Given): Given {
  const joined = emptyRecord<unknown>();
  for (const key of new Set([...Object.keys(below), ...Object.keys(above)])) {
    const [under, over] = [below[key], above[key]];
    if (over === null) {
      continue;
    }
    joined[key] = isRecord(under) && isRecord(over) ? laidOver(under, over) : Object.hasOwn(above, key) ? over : under;
  }
  return joined;
}
