import { SlashFault } from './slash-scanner.ts';
import { readBoolean } from './variables.ts';

/** How results are printed. */
export interface PrintSettings {
  format: 'unaligned' | 'aligned' | 'csv';
  tuplesOnly: boolean;
  expanded: boolean;
  fieldsep: string;
  recordsep: string;
  null: string;
  footer: boolean;
  title: string;
  csvFieldsep: string;
}

/** The settings with which `pg_prove` starts psql: unaligned, only rows. */
export function testSettings(): PrintSettings {
  return {
    format: 'unaligned',
    tuplesOnly: true,
    expanded: false,
    fieldsep: '|',
    recordsep: '\n',
    null: '',
    footer: true,
    title: '',
    csvFieldsep: ',',
  };
}

const formats = ['aligned', 'asciidoc', 'csv', 'html', 'latex', 'latex-longtable', 'troff-ms', 'unaligned', 'wrapped'];
/** Options that can be set and do not change what is printed here. */
const withoutEffect = new Set(['pager', 'pager_min_lines', 'columns', 'linestyle', 'unicode_border_linestyle']);

/** Sets one option as `\pset` does, and returns psql's message about it. Refuses what is not supported. */
export function setPrinting(settings: PrintSettings, option: string, value: string | undefined): string {
  const flag = (now: boolean) => (value === undefined ? !now : booleanOf(option, value));
  switch (option) {
    case 'format':
      settings.format = formatOf(value ?? settings.format);
      return `Output format is ${settings.format}.`;
    case 't':
    case 'tuples_only':
      settings.tuplesOnly = flag(settings.tuplesOnly);
      return `Tuples only is ${settings.tuplesOnly ? 'on' : 'off'}.`;
    case 'x':
    case 'expanded':
    case 'vertical':
      if (value === 'auto') {
        throw new SlashFault('\\pset expanded auto is not supported', true);
      }
      settings.expanded = flag(settings.expanded);
      return `Expanded display is ${settings.expanded ? 'on' : 'off'}.`;
    case 'footer':
      settings.footer = flag(settings.footer);
      return `Default footer is ${settings.footer ? 'on' : 'off'}.`;
    case 'null':
      settings.null = value ?? settings.null;
      return `Null display is "${settings.null}".`;
    case 'fieldsep':
      settings.fieldsep = value ?? settings.fieldsep;
      return `Field separator is "${settings.fieldsep}".`;
    case 'fieldsep_zero':
      settings.fieldsep = '\0';
      return 'Field separator is zero byte.';
    case 'recordsep':
      settings.recordsep = value ?? settings.recordsep;
      return `Record separator is ${settings.recordsep === '\n' ? '<newline>' : `"${settings.recordsep}"`}.`;
    case 'csv_fieldsep':
      settings.csvFieldsep = value ?? settings.csvFieldsep;
      return `Field separator for CSV is "${settings.csvFieldsep}".`;
    case 'title':
    case 'C':
      settings.title = value ?? '';
      return settings.title === '' ? 'Title is unset.' : `Title is "${settings.title}".`;
    case 'border':
      if (value !== undefined && value !== '1') {
        throw new SlashFault('\\pset border is supported as 1 alone', true);
      }
      return 'Border style is 1.';
    case 'numericlocale':
      if (value !== undefined && !booleanOf(option, value)) {
        return 'Locale-adjusted numeric output is off.';
      }
      throw new SlashFault('\\pset numericlocale is not supported', true);
    default:
      if (withoutEffect.has(option)) {
        return '';
      }
      throw ['tableattr', 'T', 'recordsep_zero', 'csv_fieldsep_zero', 'xheader_width'].includes(option)
        ? new SlashFault(`\\pset ${option} is not supported`, true)
        : new SlashFault(`\\pset: unknown option: ${option}`);
  }
}

function booleanOf(option: string, value: string): boolean {
  const is = readBoolean(value);
  if (is === undefined) {
    throw new SlashFault(`unrecognized value "${value}" for "\\pset ${option}": Boolean expected`);
  }
  return is;
}

function formatOf(value: string): PrintSettings['format'] {
  const found = value === '' ? [] : formats.filter((format) => format.startsWith(value.toLowerCase()));
  const [format] = found;
  if (found.length === 1 && (format === 'aligned' || format === 'unaligned' || format === 'csv')) {
    return format;
  }
  throw found.length === 1
    ? new SlashFault(`\\pset format ${format!} is not supported: aligned, csv and unaligned are`, true)
    : new SlashFault(`\\pset: allowed formats are ${formats.join(', ')}`);
}
