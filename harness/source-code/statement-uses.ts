import type { ParsedStatement } from '../postgres/parsed-sql.ts';

/** What a statement uses: a table with one privilege, or a function that it calls. */
export interface Use {
  kind: 'table' | 'function';
  /** As PostgreSQL reads it; undefined if the statement names none. */
  schema: string | undefined;
  name: string;
  privilege: string;
}

type Node = Record<string, unknown>;
type Relation = { schemaname?: string; relname?: string; alias?: { aliasname?: string } };
/** Names of WITH queries that hide tables. */
type Hidden = ReadonlySet<string>;

/** The tables and functions that a statement uses, and with which privilege, each once. Columns are not distinguished. */
export function usesOf({ kind, node }: Pick<ParsedStatement, 'kind' | 'node'>): Use[] {
  const found = new Map<string, Use>();
  walk({ [kind]: node }, new Set(), (use) => found.set(JSON.stringify(use), use));
  return [...found.values()];
}

type Note = (use: Use) => void;

function walk(part: unknown, hidden: Hidden, note: Note): void {
  if (Array.isArray(part)) {
    part.forEach((one) => walk(one, hidden, note));
    return;
  }
  if (typeof part !== 'object' || part === null) {
    return;
  }
  for (const [key, value] of Object.entries(part)) {
    // The halves of a UNION have no statement name of their own there.
    const enter = statements[isHalf(key, value) ? 'SelectStmt' : key];
    if (key === 'RangeVar') {
      uses(value as Relation, ['SELECT'], hidden, note);
    } else if (key === 'FuncCall' || key === 'funccall') {
      calls(value as Node, note);
      walk(value, hidden, note);
    } else if (enter === undefined) {
      walk(value, hidden, note);
    } else {
      enterStatement(value as Node, enter, hidden, note);
    }
  }
}

function isHalf(key: string, value: unknown): boolean {
  return (key === 'larg' || key === 'rarg') && Object.hasOwn(value as object, 'op');
}

/** What a statement does to its target table, besides what it reads. */
const statements: Record<string, (node: Node) => { relation?: Relation; privileges: string[] } | undefined> = {
  SelectStmt: () => undefined,
  InsertStmt: (node) => {
    const conflict = node['onConflictClause'] as Node | undefined;
    return {
      relation: node['relation'] as Relation,
      privileges: [
        'INSERT',
        ...(conflict?.['action'] === 'ONCONFLICT_UPDATE' ? ['UPDATE'] : []),
        ...(conflict?.['infer'] !== undefined || readsColumns(node['returningClause']) ? ['SELECT'] : []),
      ],
    };
  },
  UpdateStmt: (node) => ({ relation: node['relation'] as Relation, privileges: ['UPDATE', ...readsItself(node)] }),
  DeleteStmt: (node) => ({ relation: node['relation'] as Relation, privileges: ['DELETE', ...readsItself(node)] }),
  MergeStmt: (node) => ({
    relation: node['relation'] as Relation,
    privileges: ['SELECT', ...mergeCommands(node['mergeWhenClauses'])],
  }),
  CopyStmt: (node) => ({
    ...(node['relation'] === undefined ? {} : { relation: node['relation'] as Relation }),
    privileges: [node['is_from'] === true ? 'INSERT' : 'SELECT'],
  }),
  TruncateStmt: () => undefined,
};

function enterStatement(node: Node, enter: (typeof statements)[string], outer: Hidden, note: Note): void {
  const { withClause, relations, lockingClause, ...rest } = node;
  const hidden = walkWith(withClause as Node | undefined, outer, note);
  const about = enter!(node);
  if (about?.relation !== undefined) {
    // A written table is never a WITH query.
    uses(about.relation, about.privileges, new Set(), note);
  }
  for (const one of (relations ?? []) as Node[]) {
    uses(one['RangeVar'] as Relation, ['TRUNCATE'], new Set(), note);
  }
  for (const clause of (lockingClause ?? []) as Node[]) {
    lock(clause['LockingClause'] as Node, rest['fromClause'], hidden, note);
  }
  walk(rest, hidden, note);
}

/** A WITH query sees those before it. In a recursive one all see all. */
function walkWith(clause: Node | undefined, outer: Hidden, note: Note): Hidden {
  const queries = ((clause?.['ctes'] ?? []) as Node[]).map((one) => one['CommonTableExpr'] as Node);
  const names = queries.map((query) => query['ctename'] as string);
  queries.forEach((query, index) => {
    const seen = clause?.['recursive'] === true ? names : names.slice(0, index);
    walk(query['ctequery'], new Set([...outer, ...seen]), note);
  });
  return new Set([...outer, ...names]);
}

/** FOR UPDATE and the like need UPDATE on the tables that they name, or on all. */
function lock(clause: Node, from: unknown, hidden: Hidden, note: Note): void {
  const named = ((clause['lockedRels'] ?? []) as Node[]).map((one) => (one['RangeVar'] as Relation).relname);
  for (const relation of relationsIn(from)) {
    if (named.length === 0 || named.includes(relation.alias?.aliasname ?? relation.relname)) {
      uses(relation, ['UPDATE'], hidden, note);
    }
  }
}

/** The tables of a FROM, including those of its joins. */
function relationsIn(from: unknown): Relation[] {
  return [from].flat().flatMap((one) => {
    const { RangeVar: relation, JoinExpr: join } = (one ?? {}) as { RangeVar?: Relation; JoinExpr?: Node };
    return relation !== undefined
      ? [relation]
      : join !== undefined
        ? [...relationsIn(join['larg']), ...relationsIn(join['rarg'])]
        : [];
  });
}

function uses({ schemaname, relname }: Relation, privileges: readonly string[], hidden: Hidden, note: Note): void {
  if (relname !== undefined && (schemaname !== undefined || !hidden.has(relname))) {
    privileges.forEach((privilege) => note({ kind: 'table', schema: schemaname, name: relname, privilege }));
  }
}

function calls(call: Node, note: Note): void {
  const parts = ((call['funcname'] ?? []) as Node[]).map((part) => (part['String'] as { sval?: string }).sval ?? '');
  const name = parts.at(-1);
  if (name !== undefined) {
    note({ kind: 'function', schema: parts.at(-2), name, privilege: 'EXECUTE' });
  }
}

function mergeCommands(clauses: unknown): string[] {
  return ['INSERT', 'UPDATE', 'DELETE'].filter((command) =>
    ((clauses ?? []) as Node[]).some((one) => (one['MergeWhenClause'] as Node)['commandType'] === `CMD_${command}`),
  );
}

/** UPDATE and DELETE read their table if they use a column of it. That is certain if there is no other table. */
function readsItself(node: Node): string[] {
  const others = node['fromClause'] ?? node['usingClause'];
  const reads =
    others === undefined && [node['whereClause'], node['targetList'], node['returningClause']].some(readsColumns);
  return reads ? ['SELECT'] : [];
}

/** Whether an expression uses a column, without the queries inside it. */
function readsColumns(part: unknown): boolean {
  return (
    typeof part === 'object' &&
    part !== null &&
    Object.entries(part).some(
      ([key, value]) => key === 'ColumnRef' || (key !== 'SubLink' && key !== 'subselect' && readsColumns(value)),
    )
  );
}
