import pc from 'picocolors';
import { expect, it } from 'vitest';

import { found, mutantResult } from '../mutant-result.fixture.ts';
import { mutation, noticed, untried } from './mutation.fixture.ts';
import { mutationProgress, mutationSummary, progressText } from './console.ts';

const paint = pc.createColors(false);
const killed = mutantResult('grant/a', 'killed', { catalog: [found('k')] });
const survivor = mutantResult('grant/b', 'survived');

it('writes a line for every 25th mutant and the last one where the output is not a terminal', () => {
  const written = Array.from({ length: 60 }, (_, n) =>
    progressText(killed, n + 1, 60, { terminal: false, paint }),
  ).join('');
  expect(written).toBe('mutants  25 of 60\nmutants  50 of 60\nmutants  60 of 60\n');
});

it('writes what survived and what could not be made at once', () => {
  expect(progressText(survivor, 3, 60, { terminal: false, paint })).toBe('mutants  ✗ survived grant/b grant/b.\n');
  expect(
    progressText(mutantResult('grant/c', 'invalid', {}, { notes: ['no such role'] }), 4, 60, {
      terminal: false,
      paint,
    }),
  ).toBe('mutants  ? could not be made grant/c no such role\n');
  expect(progressText(mutantResult('grant/d', 'equivalent'), 5, 60, { terminal: false, paint })).toBe('');
});

it('writes one line over on a terminal, and ends it after the last', () => {
  expect(progressText(killed, 7, 60, { terminal: true, paint })).toBe('\r\u001b[2Kmutants   7 of 60');
  expect(progressText(survivor, 60, 60, { terminal: true, paint })).toBe(
    '\r\u001b[2Kmutants  ✗ survived grant/b grant/b.\nmutants  60 of 60\n',
  );
});

it('tells of steps', () => {
  let written = '';
  mutationProgress((text) => (written += text), false, false).onStep('the unbroken head: pass', 12);
  expect(written).toBe('head     the unbroken head: pass 12 ms\n');
});

it('says in words who noticed how much, what survived with its SQL, who is blind, what is unused, and the verdict', () => {
  const lines = mutationSummary(mutation, 'reports/mutation/m', false).split('\n');
  const table = lines.slice(1, 6);
  expect(table).toEqual([
    'score         witness                         noticed  only by it    score',
    '              pgTAP suites alone                    4           1     50 %',
    '              Live attempts alone                   3           0   37.5 %',
    '              Judgement of the catalog alone        5           1   62.5 %',
    '              All together                          6                 75 %',
  ]);
  const text = lines.join('\n');
  for (const words of [
    'survived      role-attribute/app_user/CREATEDB app_user may create databases.\n              → alter role app_user createdb;\n              undo: alter role app_user nocreatedb;\n',
    '              → begin; -- ```\n',
    '\n                alter policy p on public."we|ird" using (true); rollback;\n',
    'stale         mutation.accepted names gone/*, and no mutant of that name survives: take it out of the contract.\n',
    'accepted      default-privileges/public/app_user until 2026-12-31: Nobody | makes <tables> there.',
    'blind         04_asleep noticed none of the 11 mutants that were tried',
    'half-blind    03_granted only asserts what is granted',
    'control       04_asleep did not notice its own damage: ',
    'unused        app_rw loses INSERT on public.notes. No suite and no declared need missed it.\n              → revoke insert on table public.notes from app_rw;',
    'equivalent    1 mutant changed nothing',
    'unproven      search-path/public.f()/ could not be made: ',
    'report        reports/mutation/m/report.html',
    '\nFAIL 2 of 8 mutants survived, 75 % noticed, 80 % demanded; 1 suite does not notice its own damage. PostgreSQL 16.14, 8.0 s\n',
  ]) {
    expect(text).toContain(words);
  }
});

it('has little to say where all was noticed', () => {
  const text = mutationSummary(noticed, 'reports/mutation/m', false);
  expect(text).toContain('\nPASS 0 of 5 mutants survived, 100 % noticed.');
  expect(text).not.toMatch(/survived {6}|blind|control {7}|unproven|equivalent/);
});

it('calls no suite blind where only some mutants were tried', () => {
  const text = mutationSummary(
    { ...mutation, run: { ...mutation.run, only: 'grant-table/*' } },
    'reports/mutation/m',
    false,
  );
  expect(text).toContain(
    'silent        1 of 4 suites noticed none of the 11 mutants that were tried, which are not all\n',
  );
  expect(text).not.toContain('blind');
});

it('says why nothing was tried, and shows no score', () => {
  const text = mutationSummary(untried, 'reports/mutation/m', false);
  expect(text).toContain('unproven      undeclared-access: PUBLIC SELECT public.notes');
  expect(text).toContain('\nFAIL the unbroken head is not green, so no mutant was tried.');
  expect(text).not.toMatch(/witness|blind/);
});

it('names the file of a part, and that it is one', () => {
  const text = mutationSummary(
    { ...mutation, run: { ...mutation.run, shard: { index: 2, of: 3 } } },
    'reports/mutation.2-of-3.json',
    false,
  );
  expect(text).toContain('part          reports/mutation.2-of-3.json 2 of 3, for rolecall merge');
  expect(text).not.toContain('report.html');
});

it('names the first twenty survivors and counts the rest', () => {
  const mutants = Array.from({ length: 23 }, (_, n) => mutantResult(`grant/${n}`, 'survived'));
  const text = mutationSummary({ ...mutation, mutants }, 'reports/mutation/m', false);
  expect(text.match(/^survived {6}grant/gm)).toHaveLength(20);
  expect(text).toContain('survived      and 3 more, in the report');
});
