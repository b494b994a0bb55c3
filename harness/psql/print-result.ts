import type { Cell, StatementResult } from '../postgres/exchange.ts';
import type { PrintSettings } from './print-settings.ts';

type Rows = StatementResult & { columns: NonNullable<StatementResult['columns']> };

/** The text that psql prints for the rows of a statement. */
export function printed({ columns, rows, tag }: StatementResult, settings: PrintSettings): string {
  if (columns === undefined) {
    return '';
  }
  const result = { columns, rows, tag };
  if (settings.format === 'csv') {
    return settings.expanded ? expandedCsv(result, settings) : csv(result, settings);
  }
  if (settings.format === 'aligned') {
    return settings.expanded ? expandedAligned(result, settings) : aligned(result, settings);
  }
  return settings.expanded ? expandedUnaligned(result, settings) : unaligned(result, settings);
}

function shown(cell: Cell, settings: PrintSettings): string {
  return cell ?? settings.null;
}

function footer({ rows }: Rows): string {
  return `(${rows.length} row${rows.length === 1 ? '' : 's'})`;
}

function unaligned(result: Rows, settings: PrintSettings): string {
  const lines = result.rows.map((row) => row.map((cell) => shown(cell, settings)).join(settings.fieldsep));
  const all = settings.tuplesOnly
    ? lines
    : [
        ...(settings.title === '' ? [] : [settings.title]),
        result.columns.map(({ name }) => name).join(settings.fieldsep),
        ...lines,
        ...(settings.footer ? [footer(result)] : []),
      ];
  // The last record ends with a newline whatever the separator is.
  return all.length === 0 ? '' : `${all.join(settings.recordsep)}\n`;
}

function expandedUnaligned(result: Rows, settings: PrintSettings): string {
  const { fieldsep, recordsep } = settings;
  const records = result.rows.map((row) =>
    row.map((cell, index) => `${result.columns[index]!.name}${fieldsep}${shown(cell, settings)}`).join(recordsep),
  );
  const heading = settings.tuplesOnly || settings.title === '' ? [] : [settings.title];
  if (records.length === 0) {
    return settings.tuplesOnly || !settings.footer ? '' : `${[...heading, footer(result)].join(recordsep)}\n`;
  }
  return `${[...heading, records.join(recordsep + recordsep)].join(recordsep)}\n`;
}

/** Types whose values are aligned to the right. */
const numeric = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

function width(text: string): number {
  return [...text].length;
}

function aligned(result: Rows, settings: PrintSettings): string {
  const { columns, rows } = result;
  const cells = rows.map((row) => row.map((cell) => shown(cell, settings).split('\n')));
  const widths = columns.map(({ name }, index) =>
    Math.max(
      settings.tuplesOnly ? 0 : width(name),
      ...cells.map((row) => Math.max(...row[index]!.map((text) => width(text)))),
    ),
  );
  const last = columns.length - 1;
  const lines = cells.flatMap((row) => {
    const height = Math.max(1, ...row.map((texts) => texts.length));
    return Array.from({ length: height }, (_, part) =>
      row
        .map((texts, index) => {
          const text = texts[part] ?? '';
          const room = ' '.repeat(widths[index]! - width(text));
          const goesOn = part < texts.length - 1;
          const isRight = numeric.has(columns[index]!.type);
          const filled = isRight ? room + text : index === last && !goesOn ? text : text + room;
          return ` ${filled}${goesOn ? '+' : index === last ? '' : ' '}`;
        })
        .join('|'),
    );
  });
  const heading = () => {
    const names = columns.map(({ name }, index) => {
      const room = widths[index]! - width(name);
      const left = Math.floor(room / 2);
      return ` ${' '.repeat(left)}${name}${' '.repeat(room - left)} `;
    });
    return [
      ...(settings.title === '' ? [] : [settings.title]),
      names.join('|'),
      widths.map((one) => '-'.repeat(one + 2)).join('+'),
    ];
  };
  const all = settings.tuplesOnly ? lines : [...heading(), ...lines, ...(settings.footer ? [footer(result)] : [])];
  return all.length === 0 && settings.tuplesOnly && rows.length === 0 ? '\n' : `${all.join('\n')}\n\n`;
}

function expandedAligned(result: Rows, settings: PrintSettings): string {
  const { columns, rows } = result;
  if (rows.length === 0) {
    return settings.tuplesOnly || !settings.footer ? '\n' : `${footer(result)}\n\n`;
  }
  const nameWidth = Math.max(0, ...columns.map(({ name }) => width(name)));
  const texts = rows.map((row) => row.map((cell) => shown(cell, settings).split('\n')));
  const valueWidth = Math.max(0, ...texts.flat(2).map((text) => width(text)));
  const records = texts.map((row, number) => {
    const label = `-[ RECORD ${number + 1} ]`;
    const rule = label.padEnd(nameWidth + 1, '-');
    const heading =
      rule.length > nameWidth + 1
        ? label.padEnd(nameWidth + valueWidth + 3, '-')
        : `${rule}+${'-'.repeat(valueWidth + 1)}`;
    const lines = row.flatMap((parts, index) =>
      parts.map((text, part) => {
        const name = part === 0 ? columns[index]!.name : '';
        const goesOn = part < parts.length - 1;
        const room = ' '.repeat(goesOn ? valueWidth - width(text) : 0);
        return `${name}${' '.repeat(nameWidth - width(name))} | ${text}${room}${goesOn ? '+' : ''}`;
      }),
    );
    return [...(settings.tuplesOnly ? (number === 0 ? [] : ['']) : [heading]), ...lines].join('\n');
  });
  return `${records.join('\n')}\n\n`;
}

function csvCell(text: string, separator: string): string {
  return text === '' || (!/["\n\r]/.test(text) && !text.includes(separator) && text !== '\\.')
    ? text
    : `"${text.replaceAll('"', '""')}"`;
}

function csv({ columns, rows }: Rows, settings: PrintSettings): string {
  const line = (texts: string[]) =>
    `${texts.map((text) => csvCell(text, settings.csvFieldsep)).join(settings.csvFieldsep)}\n`;
  const heading = settings.tuplesOnly ? '' : line(columns.map(({ name }) => name));
  return heading + rows.map((row) => line(row.map((cell) => shown(cell, settings)))).join('');
}

function expandedCsv({ columns, rows }: Rows, settings: PrintSettings): string {
  return rows
    .flatMap((row) => row.map((cell, index) => [columns[index]!.name, shown(cell, settings)]))
    .map((pair) => `${pair.map((text) => csvCell(text, settings.csvFieldsep)).join(settings.csvFieldsep)}\n`)
    .join('');
}
