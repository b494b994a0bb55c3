import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { asVariables, filledText, requireValues } from './placeholders.ts';
import { readPlan } from './plan.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-placeholders-'));
  await writeFile(path.join(folder, 'V1__a.sql'), 'grant select on a to ${reader};\nselect ${flyway:database}, ${x};');
});
afterAll(() => rm(folder, { recursive: true }));

describe('placeholders', () => {
  const target = { user: 'postgres', database: 'shop' };

  it('are filled in from the contract, and with what the tool knows', () => {
    const [part] = readPlan(folder).migrations[0]!.up;
    expect(filledText(part!, { reader: 'app', x: '1' }, target)).toBe('grant select on a to app;\nselect shop, 1;');
    const colon = {
      file: '',
      text: 'grant :APP to :DATABASE_OWNER; select now()::TEXT',
      transaction: true,
      fills: 'colon',
    } as const;
    expect(filledText(colon, { ':APP': 'app' }, target)).toBe('grant app to postgres; select now()::TEXT');
  });

  it('without a value are all named, with their lines and what to write', () => {
    const plan = readPlan(folder);
    expect(() => requireValues(plan, {})).toThrow(
      expect.objectContaining({
        code: 'bad-contract',
        message: expect.stringContaining('${reader} (V1__a.sql:1), ${x} (V1__a.sql:2)'),
        next: expect.stringContaining('placeholders: { "reader": …, "x": … }'),
      }),
    );
    expect(() => requireValues(plan, { reader: '', x: '' })).not.toThrow();
  });

  it('are variables of psql where they have a name of one', () => {
    expect(asVariables({ a: '1', ':B_C': '2', 'flyway:x': '3' })).toEqual({ a: '1', B_C: '2' });
  });
});
