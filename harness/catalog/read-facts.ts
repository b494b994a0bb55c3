import type { RoleName, SqlName } from '../common/sql.ts';
import type { Fact, FactKind } from './fact.ts';

const escaped: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** The facts in a text that `factsText` wrote. true and false become booleans, lists stay texts. Throws in a few words. */
export function readFacts(text: string): Fact[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const [kind, object, role, property, ...details] = line.split('\t');
      if (property === undefined) {
        throw new Error(`has no fact in line ${index + 1}`);
      }
      return {
        kind: field(kind!) as FactKind,
        object: field(object!) as SqlName,
        role: field(role!) as RoleName,
        property: field(property),
        detail: Object.fromEntries(details.map(detail)),
      };
    });
}

function detail(text: string): [key: string, value: string | boolean] {
  const at = text.indexOf('=');
  const value = plain(text.slice(at + 1));
  return [plain(text.slice(0, at)), value === 'true' ? true : value === 'false' ? false : value];
}

function field(text: string): string {
  return text === '-' ? '' : text === '\\-' ? '-' : plain(text);
}

function plain(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, character: string) => escaped[character] ?? character);
}
