// Invisible characters that change what is read: controls, bidirectional overrides, zero widths.
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}]/gu;

/** The text with every invisible character written out (`\u{202e}`), so that no name looks like another one. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unseen, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}

/** A copy of plain data in which every string is visible text. */
export function visible<T>(data: T): T {
  if (typeof data === 'string') {
    return visibleText(data) as T;
  }
  if (Array.isArray(data)) {
    return data.map((item: unknown) => visible(item)) as T;
  }
  if (typeof data === 'object' && data !== null) {
    return Object.fromEntries(
      Object.entries(data).map(([key, value]: [string, unknown]) => [visibleText(key), visible(value)]),
    ) as T;
  }
  return data;
}
