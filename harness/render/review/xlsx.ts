import { harmless } from './harmless.ts';
import type { Sheet } from './sheets.ts';

// How much one cell of a spreadsheet can hold.
const longest = 32_000;
const headStyle = { fontWeight: 'bold', backgroundColor: '#dde3ea', wrap: true } as const;

/**
 * The sheets as one workbook. Cells are texts, never formulas. Equal sheets give equal bytes except for the time in the archive.
 */
export async function xlsxOf(sheets: readonly Sheet[]): Promise<Buffer> {
  const { default: write } = await import('write-excel-file/node');
  return write(
    sheets.map(({ name, head, widths, rows }) => ({
      sheet: name,
      stickyRowsCount: 1,
      columns: widths.map((width) => ({ width })),
      data: [
        head.map((value) => ({ value, type: String, ...headStyle })),
        ...rows.map((row) =>
          row.map((value) =>
            typeof value === 'number'
              ? { value, type: Number }
              : { value: harmless(value).slice(0, longest), type: String, wrap: true, alignVertical: 'top' as const },
          ),
        ),
      ],
    })),
    { features: [autoFilter(sheets)] },
  ).toBuffer();
}

/** The library has no filters. ECMA-376 puts this element right after the cells. */
function autoFilter(sheets: readonly Sheet[]) {
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transform: (content: string, { sheet }: { sheet?: string }) => {
            const found = sheets.find(({ name }) => name === sheet);
            return found?.filter === true
              ? content.replace(
                  '</sheetData>',
                  `</sheetData><autoFilter ref="A1:${String.fromCharCode(64 + found.head.length)}${found.rows.length + 1}"/>`,
                )
              : content;
          },
        },
      },
    },
  };
}
