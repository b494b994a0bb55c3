import type { SqlParser } from '../postgres/parsed-sql.ts';

/** Where a policy reads which tenant the session is: a setting, one key of a setting that holds JSON, or the role itself. */
export type Source = { setting: string; key?: string } | { role: true };

/** What a policy's expression says at its top level: columns that must equal a source, and whether it reads other tables. */
export interface PolicyReading {
  equalities: { column: string; source: Source }[];
  /** Whether it reads a source, at any level. */
  asksSession: boolean;
  /** Whether it has a subquery over tables, or calls a function that has one. */
  hasSubquery: boolean;
  /** Columns that it names, at any level. */
  columns: Set<string>;
}

type Node = Record<string, unknown>;

interface NamedBody {
  name: string;
  body: string;
}

/**
 * Reads policies with PostgreSQL's own parser. `functions` are those that read a setting, by name, with their bodies. `definers`
 * are SECURITY DEFINER functions by their signatures, through which policies read tables.
 */
export class PolicyReader {
  readonly #parser: SqlParser;
  readonly #sources = new Map<string, Source>();

  readonly #askTables = new Set<string>();

  constructor(parser: SqlParser, functions: readonly NamedBody[], definers: readonly NamedBody[] = []) {
    this.#parser = parser;
    for (const { name, body } of functions) {
      const source = this.#sourceOfBody(body);
      if (source !== undefined) {
        this.#sources.set(name, source);
      }
    }
    for (const { name } of definers.filter((one) => this.#asksTables(one.body))) {
      this.#askTables.add(nameOf(name));
    }
  }

  /** What an expression, as the server prints it, says; undefined if it cannot be parsed. */
  read(expression: string): PolicyReading | undefined {
    const parsed = this.#parser.statements(`select ${expression}`);
    if (!('read' in parsed) || parsed.read.length !== 1) {
      return undefined;
    }
    const reading: PolicyReading = { equalities: [], asksSession: false, hasSubquery: false, columns: new Set() };
    this.#visit(parsed.read[0]!.node, reading, false);
    return reading;
  }

  #visit(node: unknown, reading: PolicyReading, inside: boolean): void {
    if (Array.isArray(node)) {
      node.forEach((one) => this.#visit(one, reading, inside));
      return;
    }
    if (typeof node !== 'object' || node === null) {
      return;
    }
    for (const [kind, value] of Object.entries(node as Node)) {
      const below = value as Node;
      if (this.#ownSource(kind, below) !== undefined) {
        reading.asksSession = true;
      }
      const isQuery =
        kind === 'SubLink' && 'fromClause' in (((below['subselect'] as Node)?.['SelectStmt'] as Node) ?? {});
      reading.hasSubquery ||= isQuery;
      if (kind === 'FuncCall' && this.#askTables.has(lastName(below['funcname']) ?? '')) {
        reading.asksSession = true;
        reading.hasSubquery = true;
      }
      if (kind === 'ColumnRef') {
        reading.columns.add(lastName(below['fields']) ?? '');
      }
      if (kind === 'A_Expr' && !inside) {
        reading.equalities.push(...this.#equality(below));
      }
      this.#visit(value, reading, inside || isQuery);
    }
  }

  #equality(expression: Node): PolicyReading['equalities'] {
    if (operatorOf(expression) !== '=') {
      return [];
    }
    const [left, right] = [expression['lexpr'], expression['rexpr']];
    return [[columnOf(left), this.#sourceIn(right)] as const, [columnOf(right), this.#sourceIn(left)] as const].flatMap(
      ([column, source]) => (column === undefined || source === undefined ? [] : [{ column, source }]),
    );
  }

  /** The source of an expression's value; undefined if it has none, or several. */
  #sourceIn(node: unknown): Source | undefined {
    const found: Source[] = [];
    const look = (one: unknown): void => {
      if (Array.isArray(one)) {
        one.forEach(look);
      } else if (typeof one === 'object' && one !== null) {
        for (const [kind, value] of Object.entries(one as Node)) {
          const source = this.#ownSource(kind, value as Node);
          if (source === undefined) {
            look(value);
          } else {
            found.push(source);
          }
        }
      }
    };
    look(node);
    const unique = [...new Map(found.map((source) => [JSON.stringify(source), source])).values()];
    return unique.length === 1 ? unique[0] : undefined;
  }

  #ownSource(kind: string, node: Node): Source | undefined {
    if (kind === 'SQLValueFunction') {
      return /CURRENT_USER|SESSION_USER|CURRENT_ROLE|SVFOP_USER/.test(String(node['op'])) ? { role: true } : undefined;
    }
    if (kind === 'A_Expr' && operatorOf(node) === '->>') {
      const key = textOf(node['rexpr']);
      const source = this.#sourceIn(node['lexpr']);
      return key !== undefined && source !== undefined && 'setting' in source && source.key === undefined
        ? { ...source, key }
        : undefined;
    }
    if (kind !== 'FuncCall') {
      return undefined;
    }
    const name = lastName(node['funcname']);
    const [first] = (node['args'] as unknown[] | undefined) ?? [];
    const setting = name === 'current_setting' ? textOf(first) : undefined;
    return setting === undefined ? this.#sources.get(name ?? '') : { setting };
  }

  /** Whether a body reads a table and checks the session's tenant, as a membership function does. */
  #asksTables(body: string): boolean {
    const parsed = this.#parser.tokens(body);
    if (!('read' in parsed)) {
      return false;
    }
    const words = parsed.read.filter(({ kind }) => kind !== 'comment').map(({ word }) => word.toLowerCase());
    return words.includes('from') && words.some((word) => word === 'current_setting' || this.#sources.has(word));
  }

  /** For a body in any language: the words current_setting('…'), and a key that ->> takes from it. */
  #sourceOfBody(body: string): Source | undefined {
    const parsed = this.#parser.tokens(body);
    if (!('read' in parsed)) {
      return undefined;
    }
    const words = parsed.read.filter(({ kind }) => kind !== 'comment');
    const after = (word: string, skip: number) => {
      const at = words.findIndex((token) => token.word.toLowerCase() === word);
      const literal = at === -1 ? undefined : words[at + skip];
      return literal?.kind === 'string' ? literal.word.replace(/^'|'$/g, '').replaceAll("''", "'") : undefined;
    };
    const setting = after('current_setting', 2);
    const key = after('->>', 1);
    return setting === undefined ? undefined : { setting, ...(key === undefined ? {} : { key }) };
  }
}

function operatorOf(expression: Node): string | undefined {
  return expression['kind'] === 'AEXPR_OP' || expression['kind'] === 'AEXPR_OP_ANY'
    ? lastName(expression['name'])
    : undefined;
}

/** The name in a signature, for example `member_of` in `public.member_of(uuid)`. */
function nameOf(signature: string): string {
  return signature.replace(/\(.*$/s, '').replace(/^.*\./s, '').replaceAll('"', '');
}

function lastName(names: unknown): string | undefined {
  const last = (names as { String?: { sval?: string } }[] | undefined)?.at(-1);
  return last?.String?.sval;
}

/** The text of a constant, whatever it is cast to. */
function textOf(node: unknown): string | undefined {
  const { TypeCast: cast, A_Const: constant } = (node ?? {}) as { TypeCast?: Node; A_Const?: Node };
  if (cast !== undefined) {
    return textOf(cast['arg']);
  }
  return (constant?.['sval'] as { sval?: string } | undefined)?.sval;
}

/** The column of an expression, whatever it is cast to. */
function columnOf(node: unknown): string | undefined {
  const { TypeCast: cast, ColumnRef: column } = (node ?? {}) as { TypeCast?: Node; ColumnRef?: Node };
  return cast === undefined ? lastName(column?.['fields']) : columnOf(cast['arg']);
}
