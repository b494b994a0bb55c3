/** The text with every secret in it, as it is or as a URL has it, replaced by `***`. */
export function redacted(text: string, secrets: readonly string[]): string {
  const forms = new Set(
    secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((form) => form !== ''),
  );
  // The longest first: one may be part of another.
  return [...forms].toSorted((a, b) => b.length - a.length).reduce((left, form) => left.replaceAll(form, '***'), text);
}
