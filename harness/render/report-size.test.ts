import { expect, test } from 'vitest';

import { evidence } from './evidence.fixture.ts';
import { renderReport } from './render.ts';

/**
 * A report is one file that people send around. For a schema of a hundred tables and three logins it must not be larger than
 * this.
 */
const most = 1_000_000;

test('the report of 100 tables and 3 logins, each attempt ending otherwise than on the next table, is at most 1 MB', () => {
  const tables = Array.from({ length: 100 }, (_, number) => `public.a_table_of_usual_length_${number}`);
  const logins = ['app_user', 'app_reader', 'app_worker'];
  const [attempt] = evidence.phases.head.probes.filter((probe) => probe.kind === 'attempt');
  const probes = tables.flatMap((object, at) =>
    logins.flatMap((identity) =>
      ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((command) => ({
        ...structuredClone(attempt!),
        key: `${identity} ${object} ${command}`,
        identity,
        object,
        command,
        sql: `${command.toLowerCase()} ${object}`,
        message: `permission denied for table ${object}, ${at}`,
      })),
    ),
  );
  const [row] = evidence.truth_table;
  const [cell] = evidence.fail_closed;
  const large = {
    ...evidence,
    phases: {
      baseline: { ...evidence.phases.baseline, probes: probes as typeof evidence.phases.baseline.probes },
      head: { ...evidence.phases.head, probes: probes as typeof evidence.phases.head.probes },
    },
    truth_table: tables.flatMap((object) => logins.map((identity) => ({ ...row!, object, identity }))),
    fail_closed: tables.flatMap((table, at) =>
      ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((command) => ({ ...cell!, table, command, rows: at })),
    ) as typeof evidence.fail_closed,
  };
  const { html } = renderReport(large);
  for (const table of tables) {
    expect(html).toContain(`${table.replaceAll('.', '.<wbr>').replaceAll('_', '_<wbr>')}</code>`);
  }
  expect(Buffer.byteLength(html)).toBeGreaterThan(most / 2);
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(most);
});
