import { stringify } from 'yaml';

import { contractAsSchema, type ValueSchema } from './contract-keys.ts';

/** The blocks of the contract in reading order. A test compares the list with the schema. */
export const blocks: readonly { title: string; says: string; keys: readonly string[] }[] = [
  {
    title: 'The contract itself',
    says: 'What it is called, and what it takes for granted.',
    keys: ['version', 'name', 'title', 'platform', 'postgres', 'proof'],
  },
  {
    title: 'How the database is built',
    says: 'Baseline and head come from migrations.',
    keys: ['migrations', 'revisions', 'databases', 'provision', 'seeds', 'migrator'],
  },
  {
    title: 'Who may do what',
    says: 'A closed list: what it does not allow is forbidden.',
    keys: [
      'identities',
      'database',
      'schemas',
      'tables',
      'functions',
      'sequences',
      'types',
      'extensions',
      'future',
      'code',
    ],
  },
  {
    title: 'Whose rows they are',
    says: '[Sessions and rows](sessions-and-rows.md) explains these with examples.',
    keys: ['tenancy', 'sessions'],
  },
  {
    title: 'What must be shown',
    says: 'Tests of your own, known faults, and what is accepted for a time.',
    keys: ['suites', 'controls', 'deficiencies', 'accepted', 'mutation'],
  },
];

/** `docs/contract.md`: every key with its type, default, description and an example. Pure. */
export function contractDocument(schema: ValueSchema = contractAsSchema()): string {
  const contents = blocks.map(
    ({ title, keys }) => `- ${title}: ${keys.map((key) => `[\`${key}\`](#${key})`).join(', ')}`,
  );
  const parts = blocks.flatMap(({ title, says, keys }) => [
    `## ${title}`,
    says,
    ...keys.flatMap((key) => blockOf(key, schema.properties![key]!, schema.required?.includes(key) === true)),
  ]);
  return [
    '# The contract',
    'The contract is one YAML file, `db/contract.yaml` unless `--contract` names another. Any key that is not listed here is refused. Paths are relative to the contract file. Editors that read YAML schemas check the file as you type: put `# yaml-language-server: $schema=../node_modules/rolecall/dist/contract/contract.schema.json` in its first line.',
    contents.join('\n'),
    ...parts,
  ].join('\n\n');
}

/** The blocks of the contract, one line each, for a terminal. */
export function contractText(schema: ValueSchema = contractAsSchema()): string {
  const parts = blocks.map(({ title, keys }) => [
    title,
    ...keys.map(
      (key) => `  ${key.padEnd(14)}${schema.properties![key]!.description!.replaceAll('`', '').split(/(?<=\.) /)[0]!}`,
    ),
  ]);
  return [
    ...parts.map((lines) => lines.join('\n')),
    'Every key, with examples: docs/contract.md, and contract.schema.json in the package.',
  ].join('\n\n');
}

function blockOf(key: string, schema: ValueSchema, isRequired: boolean): string[] {
  return [
    `### \`${key}\``,
    linked(schema.description!),
    `Type: ${typeText(schema)}.${necessity(schema, isRequired)}`,
    ...schema.examples!.map((example) => fenced({ [key]: example })),
    ...nestedOf(key, schema),
  ];
}

/** What a value contains that is a block, a record or a list of blocks. */
function nestedOf(path: string, schema: ValueSchema): string[] {
  const { properties, additionalProperties, items, anyOf = [] } = schema;
  return [
    ...(properties === undefined ? [] : keysOf(path, schema)),
    ...(additionalProperties ? nestedOf(`${path}.<name>`, additionalProperties) : []),
    ...(items === undefined ? [] : nestedOf(`${path}[]`, items)),
    ...anyOf.flatMap((form) =>
      form.properties === undefined
        ? nestedOf(path, form)
        : [
            `#### \`${path}\` with \`${form.required?.[0] ?? Object.keys(form.properties)[0]!}\``,
            linked(form.description!),
            keyList(form),
            ...deeper(path, form),
          ],
    ),
  ];
}

function keysOf(path: string, schema: ValueSchema): string[] {
  return [`#### Keys of \`${path}\``, keyList(schema), ...deeper(path, schema)];
}

function deeper(path: string, { properties = {} }: ValueSchema): string[] {
  return Object.entries(properties).flatMap(([key, value]) => nestedOf(`${path}.${key}`, value));
}

function keyList({ properties = {}, required = [] }: ValueSchema): string {
  return Object.entries(properties)
    .map(([key, value]) => {
      const examples = value.examples!.map((example) => `\`${inOneLine({ [key]: example })}\``);
      return `- **\`${key}\`** (${typeText(value)}). ${linked(value.description!)}${necessity(value, required.includes(key))} Example: ${examples.join(' or ')}`;
    })
    .join('\n');
}

/** Whether it is required, or its default. The default in its description comes first. */
function necessity({ default: otherwise, description = '' }: ValueSchema, isRequired: boolean): string {
  if (isRequired) {
    return ' Required.';
  }
  if (description.includes('Default: ')) {
    return '';
  }
  if (otherwise === undefined) {
    return ' Optional.';
  }
  const isEmpty = ['{}', '[]'].includes(JSON.stringify(otherwise));
  return ` Default: ${isEmpty ? 'none' : `\`${typeof otherwise === 'object' ? inOneLine(otherwise) : String(otherwise)}\``}.`;
}

/** Descriptions are also shown in editors, where a document is named by its path. */
function linked(description: string): string {
  return description.replaceAll(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)');
}

/** The type of a value in words. */
export function typeText(schema: ValueSchema): string {
  if (schema.const !== undefined) {
    return `\`${String(schema.const)}\``;
  }
  if (schema.enum !== undefined) {
    return schema.enum.map((one) => `\`${String(one)}\``).join(', ');
  }
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.map(typeText))].join(', or ');
  }
  switch (schema.type) {
    case 'array':
      return schema.items?.enum === undefined
        ? `list of ${plural(typeText(schema.items!))}`
        : `list of ${typeText(schema.items)}`;
    case 'object':
      return schema.additionalProperties ? `by name: ${typeText(schema.additionalProperties)}` : 'block';
    case 'boolean':
      return '`true` or `false`';
    case 'number':
    case 'integer':
      return [
        schema.type === 'integer' ? 'whole number' : 'number',
        ...(schema.minimum === undefined ? [] : [`from ${schema.minimum}`]),
        ...(schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER ? [] : [`to ${schema.maximum}`]),
      ].join(' ');
    default:
      return 'text';
  }
}

function plural(type: string): string {
  return type.replaceAll(/\b(text|block)\b/g, '$1s');
}

function fenced(value: unknown): string {
  return `\`\`\`yaml\n${stringify(value, { lineWidth: 100 })}\`\`\``;
}

function inOneLine(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();
  return text.replace(/^\{ (.*) \}$/, '$1');
}
