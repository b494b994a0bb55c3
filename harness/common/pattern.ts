/** Whether a text matches a pattern in which `*` stands for anything. The time is proportional to both lengths. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) {
    return text === pattern;
  }
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) {
      return false;
    }
    at = found + part.length;
  }
  return text.startsWith(first) && text.endsWith(last) && at + last.length <= text.length;
}
