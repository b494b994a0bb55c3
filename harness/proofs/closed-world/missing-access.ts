import type { Access } from '../../catalog/access/effective-access.ts';
import { nameParts, schemaOf } from '../../catalog/identifiers.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnGrant, isJudged, sections } from '../../contract/declared.ts';
import type { Finding } from '../../findings/finding.ts';
import { similarNames } from '../../findings/named-object.ts';
import { retractGrant } from '../../findings/retraction.ts';
import type { RemedySql } from '../../findings/remedy-sql.ts';

/** Every declared object that does not exist, and every declared privilege that its grantee does not have. */
export function missingAccess(
  contract: ParsedContract,
  sql: RemedySql,
  access: readonly Access[],
  objects: ReadonlySet<string>,
): Finding[] {
  const has = new Set(
    // A privilege of PUBLIC is used only by roles that can use the schema, possibly few.
    access
      .filter(({ usable, identity }) => usable || identity === 'PUBLIC')
      .map((one) => `${one.identity}\t${one.object}\t${one.privilege}`),
  );
  const isUnjudged = (grantee: string) => {
    const identity = contract.identities[grantee];
    return identity !== undefined && !isJudged(identity);
  };
  const entries = [
    { object: 'database', kind: 'database', grants: contract.database.grants as Record<string, readonly string[]> },
    ...Object.entries(sections).flatMap(([kind, section]) =>
      Object.entries(contract[section]).map(([object, { grants }]) => ({
        object,
        kind,
        grants: grants as Record<string, readonly string[]>,
      })),
    ),
  ];
  return entries.flatMap(({ object, kind, grants }) => {
    if (!objects.has(object)) {
      return [absent(kind, object, objects)];
    }
    const holds = (grantee: string, word: string) => {
      const columns = columnGrant(word);
      const whole = has.has(`${grantee}\t${object}\t${columns?.privilege ?? word}`);
      return (
        whole ||
        (columns?.columns.every((column) => has.has(`${grantee}\t${object}.${column}\t${columns.privilege}`)) ?? false)
      );
    };
    /** What is left of a grant on columns. */
    const kept = (grantee: string, word: string) => {
      const { privilege = '', columns = [] } = columnGrant(word) ?? {};
      const held = columns.filter((column) => has.has(`${grantee}\t${object}.${column}\t${privilege}`));
      return held.length === 0 ? undefined : `${privilege}(${held.join(', ')})`;
    };
    return Object.entries(grants)
      .filter(([grantee]) => !isUnjudged(grantee) && !grantee.startsWith('pg_'))
      .flatMap(([grantee, wanted]) =>
        wanted
          .filter((word) => !holds(grantee, word))
          .map((word) =>
            isHeld(access, grantee, word, object)
              ? outOfReach(sql, grantee, word, kind, object)
              : {
                  ...lacking(sql, grantee, word, kind, object),
                  ...retractGrant(contract, object, grantee, { word, kept: kept(grantee, word) }),
                },
          ),
      );
  });
}

/** An object in words. The name of the database is not in the contract. */
export function inWords(kind: string, object: string): string {
  return kind === 'database' ? 'the database' : `${kind} ${object}`;
}

function absent(kind: string, object: string, objects: ReadonlySet<string>): Finding {
  const open = object.indexOf('(');
  const near = [
    ...(open === -1 ? [] : [...objects].filter((name) => name.startsWith(object.slice(0, open + 1)))),
    ...similarNames([...objects], object).filter((name) => name.includes('(') === object.includes('(')),
  ];
  const isLong = nameParts(object.slice(0, open === -1 ? undefined : open)).some(
    (part) => Buffer.byteLength(part) > 63,
  );
  const remedy =
    near.length === 0
      ? 'Create it in a migration, or take it out of the contract.'
      : `The server prints it as ${[...new Set(near)].slice(0, 3).join(' or ')}${isLong ? ', for it cuts names to 63 bytes' : ''}: write it so in the contract.`;
  return {
    code: 'missing-object',
    severity: 'high',
    object,
    identity: '',
    message: `${kind} ${object} does not exist`,
    remedy,
  };
}

/** Whether the privilege was granted, and only the schema cannot be used. */
function isHeld(access: readonly Access[], grantee: string, word: string, object: string): boolean {
  return access.some(
    (one) => !one.usable && one.identity === grantee && one.object === object && one.privilege === word,
  );
}

function missing(grantee: string, word: string, object: string) {
  return { code: 'missing-access', severity: 'medium', object, identity: grantee, access: word } as const;
}

function outOfReach(sql: RemedySql, grantee: string, word: string, kind: string, object: string): Finding {
  const schema = schemaOf(object);
  return {
    ...missing(grantee, word, object),
    message: `${grantee} holds ${word} on ${inWords(kind, object)}, which the contract declares, and cannot use it without USAGE on schema ${schema}`,
    remedy: sql.grant('USAGE', 'schema', schema, grantee),
  };
}

function lacking(sql: RemedySql, grantee: string, word: string, kind: string, object: string): Finding {
  const columns = columnGrant(word);
  return {
    ...missing(grantee, word, object),
    message: `${grantee} lacks ${word} on ${inWords(kind, object)}, which the contract declares`,
    remedy:
      columns === undefined
        ? sql.grant(word, kind, object, grantee)
        : sql.grant(`${columns.privilege} (${columns.columns.join(', ')})`, kind, object, grantee),
  };
}
