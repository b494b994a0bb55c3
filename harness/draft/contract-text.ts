import { Document, isCollection, isPair, isScalar, visit, type Node } from 'yaml';

/** The maximum number of characters on one line. */
const lineLength = 100;

/** A contract as YAML, with remarks about uncertain parts as comments above it. A small collection is on one line. */
export function contractText(contract: Record<string, unknown>, remarks: readonly string[]): string {
  const said = Object.entries(contract).filter(([, value]) => !isEmpty(value));
  const head = [
    'What must be true of the database at head. What is not allowed here is forbidden.',
    'Drafted by `rolecall init` from what is there: read it, and make it say what you mean.',
    ...(remarks.length === 0 ? [] : ['', 'What the draft is unsure of:', ...remarks.map((remark) => `- ${remark}`)]),
  ];
  const comment = head.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
  const isPlain = (value: unknown) => typeof value !== 'object' || value === null;
  const body = said.map(([key, value], at) => {
    const gap = at > 0 && !(isPlain(value) && isPlain(said[at - 1]![1])) ? '\n' : '';
    return `${gap}${yaml({ [key]: value })}`;
  });
  return `${comment}\n${body.join('')}`;
}

function yaml(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_, node, path) => {
      if (path.length > 2 && textLength(node) <= lineLength) {
        node.flow = true;
        return visit.SKIP;
      }
      return undefined;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** The approximate number of characters of a node on one line; infinite if a text in it has several lines. */
function textLength(node: unknown): number {
  if (isPair(node)) {
    return textLength(node.key) + 2 + textLength(node.value);
  }
  if (isScalar(node)) {
    const text = String(node.value);
    return text.includes('\n') ? Number.POSITIVE_INFINITY : text.length + 2;
  }
  return isCollection(node) ? 4 + node.items.reduce<number>((sum, item) => sum + 2 + textLength(item as Node), 0) : 0;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0)
  );
}
