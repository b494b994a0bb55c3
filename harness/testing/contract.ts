import type { ParsedContract } from '../contract/contract.ts';
import { parseContract, type Contract } from '../contract/parse-contract.ts';

/** The smallest contract: the first seven lines of every contract here. */
export const minimal = `version: 1
name: small
title: A small contract
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
identities: { app: { kind: login, member_of: [rw] }, rw: { kind: group }, admin: { kind: migrator } }

`;

/** The parsed contract from the minimal text and `rest`. */
export function contractWith(rest = ''): ParsedContract {
  return fileWith(rest).contract;
}

/** As above, with its file and source. */
export function fileWith(rest = ''): Contract {
  return parseContract('c.yaml', minimal + rest);
}

/** Sections for a tenant-isolated table `public.notes`. */
export const notes = `
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
tables:
  public.notes:
    row_security: forced
    grants: { rw: [SELECT, INSERT] }
    needs: [{ identity: app, access: [SELECT, INSERT], required_by: notes.py }]
`;
