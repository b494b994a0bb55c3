import { z } from 'zod';

import { contractSchema } from './contract.ts';

/** The part of a value's JSON Schema that is read here. */
export interface ValueSchema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  description?: string;
  default?: unknown;
  examples?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, ValueSchema>;
  required?: readonly string[];
  additionalProperties?: ValueSchema | false;
  items?: ValueSchema;
  anyOf?: readonly ValueSchema[];
}

/** A step from a block of the contract into it: a key, any name of a record, any entry of a list, one of several forms. */
export type Step = string | { name: true } | { entry: true } | { form: ValueSchema };

/** A key that the contract accepts. */
export interface ContractKey {
  steps: readonly Step[];
  key: string;
  isRequired: boolean;
  schema: ValueSchema;
}

/** The JSON Schema of the contract as it is written. */
export function contractAsSchema(): ValueSchema {
  return z.toJSONSchema(contractSchema, {
    io: 'input',
    // zod drops the examples of a value that contains a transformation. Ours are examples of written values.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = (z.globalRegistry.get(zodSchema) ?? {}) as { examples?: unknown[] };
      if (examples !== undefined) {
        jsonSchema.examples = examples;
      }
    },
  }) as ValueSchema;
}

/** Every key that the contract accepts. Nested keys come after the one that holds them. */
export function contractKeys(schema = contractAsSchema(), steps: readonly Step[] = []): ContractKey[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
      { steps: [...steps, key], key, isRequired: schema.required?.includes(key) === true, schema: value },
      ...contractKeys(value, [...steps, key]),
    ]),
    ...(schema.additionalProperties ? contractKeys(schema.additionalProperties, [...steps, { name: true }]) : []),
    ...(schema.items === undefined ? [] : contractKeys(schema.items, [...steps, { entry: true }])),
    ...(schema.anyOf ?? []).flatMap((form) => contractKeys(form, [...steps, { form }])),
  ];
}

/** A path as the documents write it: tables.<name>.needs[].identity. */
export function pathText(steps: readonly Step[]): string {
  return steps
    .map((step) => (typeof step === 'string' ? `.${step}` : 'name' in step ? '.<name>' : 'entry' in step ? '[]' : ''))
    .join('')
    .slice(1);
}
