import { readFileSync } from 'node:fs';

/** A schema that is not ours: names that need quotes, a sequence, a domain, views, grants on columns, every kind of policy. */
export const foreignSql = readFileSync(new URL('foreign-schema.sql', import.meta.url), 'utf8');

export const foreignContract = readFileSync(new URL('foreign-contract.yaml', import.meta.url), 'utf8');
