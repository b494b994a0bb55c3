import { plainName } from '../common/sql.ts';
import type { ParsedContract } from './contract.ts';
import { sections } from './declared.ts';
import type { Fault } from './source.ts';

/** Faults of names that no server would print: such an entry could never match. */
export function nameFaults(contract: ParsedContract): Fault[] {
  const roles = Object.keys(contract.identities).flatMap((role) => tooLong(['identities', role], role, role));
  const databases = Object.entries(contract.databases).flatMap(([phase, name]) =>
    tooLong(['databases', phase], name, name),
  );
  const objects = Object.values(sections).flatMap((section) =>
    Object.keys(contract[section]).flatMap((key) => {
      const path = [section, key];
      const right = asPrinted(key, section === 'functions');
      const message =
        section !== 'functions' && Buffer.byteLength(right) < Buffer.byteLength(key)
          ? `PostgreSQL cuts names after ${bytes} bytes: write ${right}`
          : `PostgreSQL prints this name as ${right}: write it so`;
      return right === key ? [] : [{ path, message }];
    }),
  );
  return [...roles, ...databases, ...objects];
}

const bytes = 63;

function tooLong(path: Fault['path'], name: string, written: string): Fault[] {
  const cut = cutName(name);
  return cut === name
    ? []
    : [{ path, message: `PostgreSQL cuts names after ${bytes} bytes: write ${written.replace(name, cut)}` }];
}

/** The name as the server keeps it: at most 63 bytes, in whole characters. */
function cutName(name: string): string {
  let cut = name;
  while (Buffer.byteLength(cut) > bytes) {
    cut = [...cut].slice(0, -1).join('');
  }
  return cut;
}

/** A qualified name, with argument types for a function, as the server prints it, as far as the spelling tells. */
export function asPrinted(key: string, isFunction: boolean): string {
  const [, name, args] = qualified.exec(key) ?? [];
  // Any other text stays as it is. Later it will be reported as missing.
  if (name === undefined || (args !== undefined) !== isFunction) {
    return key;
  }
  const parts = name.match(/"(?:[^"]|"")*"|[^".]+/g)!;
  return `${parts.map(partAsPrinted).join('.')}${args === undefined ? '' : `(${argumentTypes(args).join(',')})`}`;
}

const qualified = /^((?:"(?:[^"]|"")+"|[^".(\s]+)(?:\.(?:"(?:[^"]|"")+"|[^".(\s]+))*)(?:\(([^]*)\))?$/;

function partAsPrinted(part: string): string {
  const name = plainName(part);
  const cut = cutName(name);
  const quoted = part.startsWith('"') || !/^[a-z_][a-z0-9_]*$/.test(cut);
  return quoted && part !== '' ? `"${cut.replaceAll('"', '""')}"` : cut;
}

const ofSeveralWords =
  /^(?:double precision|(?:character|bit)(?: varying)?|national character(?: varying)?|(?:timestamp|time)(?:\(\d\))? with(?:out)? time zone|interval .+)(?:\[\])*$/i;

/** The argument types of a list as `\df` prints it, without modes, names and defaults. */
function argumentTypes(list: string): string[] {
  const given = list.match(/(?:"(?:[^"]|"")*"|\([^)]*\)|'(?:[^']|'')*'|[^,"('])+/g) ?? [];
  return given.flatMap((one) => {
    const [, mode = '', typed] = /^(?:(IN|OUT|INOUT|VARIADIC)\s+)?([^]*)$/i.exec(one.trim())!;
    if (/^out$/i.test(mode)) {
      return [];
    }
    const type = typed!.replace(/\s+(?:DEFAULT\s|=)[^]*$/i, '').replaceAll(/\s+/g, ' ');
    const unnamed = /^(?:"(?:[^"]|"")*"|[\w$]+) (.+)$/.exec(type)?.[1];
    return [typeAsPrinted(unnamed === undefined || ofSeveralWords.test(type) ? type : unnamed)];
  });
}

/** Other spellings of the system's types, which the server never prints. */
const printed: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  int2: 'smallint',
  int8: 'bigint',
  bool: 'boolean',
  float: 'double precision',
  float8: 'double precision',
  float4: 'real',
  dec: 'numeric',
  decimal: 'numeric',
  char: 'character',
  bpchar: 'character',
  varchar: 'character varying',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

/** A type of one word as the server prints it among arguments, without a length or precision. */
function typeAsPrinted(type: string): string {
  const [, word = '', modifier, array = ''] = /^(\w+)(\(\d+(?:,\s*-?\d+)?\))?((?:\[\d*\])*)$/.exec(type) ?? [];
  const known = printed[word.toLowerCase()] ?? (modifier === undefined ? undefined : word);
  return known === undefined ? type : `${known}${array === '' ? '' : '[]'}`;
}
