import { didYouMean } from '../common/nearest.ts';
import { codeFaults } from './code-references.ts';
import { nothing, privileges, type ParsedContract } from './contract.ts';
import { contradictedRows } from './contradicted-rows.ts';
import { contractedObjects, sections } from './declared.ts';
import { migratorFaults } from './migrator.ts';
import { nameFaults } from './name-checks.ts';
import { sessionFaults } from './session-checks.ts';
import type { Fault } from './source.ts';

/** Faults that only show when parts of the contract are compared. */
export function crossChecks(contract: ParsedContract): Fault[] {
  return [
    ...revisionFaults(contract),
    ...nameFaults(contract),
    ...roleFaults(contract),
    ...objectFaults(contract),
    ...deficiencyFaults(contract),
    ...sessionFaults(contract),
    ...codeFaults(contract),
    ...migratorFaults(contract),
  ];
}

function revisionFaults({ revisions, databases, migrations }: ParsedContract): Fault[] {
  const same = (path: string, what: string) => ({
    path: [path],
    message: `baseline and head are the same ${what}: there is no before and after`,
  });
  return [
    ...(revisions.baseline === nothing && !('none' in migrations)
      ? [{ path: ['revisions'], message: 'is missing: it names the last migration before what the contract asks for' }]
      : []),
    ...(revisions.baseline === revisions.head ? [same('revisions', 'revision')] : []),
    ...(databases.baseline === databases.head ? [same('databases', 'database')] : []),
  ];
}

function isRole(contract: ParsedContract, role: string): boolean {
  return Object.hasOwn(contract.identities, role) || role.startsWith('pg_');
}

/** `: did you mean X?`, for the name of an identity. */
const meant = ({ identities }: ParsedContract, role: string) =>
  didYouMean(role, [...Object.keys(identities), 'PUBLIC']);

function roleFaults(contract: ParsedContract): Fault[] {
  const faults: Fault[] = [];
  if (!Object.values(contract.identities).some(({ kind }) => kind === 'login')) {
    faults.push({ path: ['identities'], message: 'no identity of kind login: nothing would be tried' });
  }
  for (const [name, { member_of, kind, attributes }] of Object.entries(contract.identities)) {
    for (const [index, entry] of member_of.entries()) {
      const role = typeof entry === 'string' ? entry : entry.role;
      if (!isRole(contract, role)) {
        faults.push({
          path: ['identities', name, 'member_of', index],
          message: `${role} is not an identity${meant(contract, role)}`,
        });
      }
    }
    if (attributes !== undefined && kind === 'login' && !attributes.includes('LOGIN')) {
      faults.push({ path: ['identities', name, 'attributes'], message: 'a login needs LOGIN' });
    }
  }
  const grantees = [
    ...Object.keys(contract.database.grants).map((role) => ({ path: ['database', 'grants', role], role })),
    ...Object.values(sections).flatMap((section) =>
      Object.entries(contract[section]).flatMap(([object, { grants }]) =>
        Object.keys(grants).map((role) => ({ path: [section, object, 'grants', role], role })),
      ),
    ),
    ...Object.entries(contract.future).flatMap(([kind, grants]) =>
      Object.keys(grants ?? {}).map((role) => ({ path: ['future', kind, role], role })),
    ),
  ];
  for (const { path, role } of grantees) {
    if (role !== 'PUBLIC' && !isRole(contract, role)) {
      faults.push({ path, message: `${role} is neither an identity nor PUBLIC${meant(contract, role)}` });
    }
  }
  return faults;
}

function objectFaults(contract: ParsedContract): Fault[] {
  const faults: Fault[] = [];
  for (const { section, kind, object, entry } of contractedObjects(contract)) {
    const { needs, denies } = entry;
    const rows = [
      ...needs.map((row, index) => ({ ...row, path: [section, object, 'needs', index] })),
      ...denies.map((row, index) => ({ ...row, path: [section, object, 'denies', index] })),
    ];
    for (const { identity, access, path } of rows) {
      if (!Object.hasOwn(contract.identities, identity)) {
        faults.push({
          path: [...path, 'identity'],
          message: `${identity} is not an identity${meant(contract, identity)}`,
        });
        continue;
      }
      // A word that is not a privilege would be denied to everybody, and prove nothing.
      const known: readonly string[] = privileges[kind];
      for (const word of access.filter((one) => !known.includes(one))) {
        faults.push({ path: [...path, 'access'], message: `${word} is not a privilege on a ${kind}` });
      }
      const { kind: role } = contract.identities[identity]!;
      if (role === 'migrator' || role === 'platform') {
        const what = role === 'migrator' ? 'a migrator' : 'a role of the platform';
        faults.push({ path: [...path, 'identity'], message: `${identity} is ${what}, whose access is not judged` });
      }
    }
  }
  for (const { section, object, list, index, identity, access } of contradictedRows(contract)) {
    for (const word of access) {
      const message =
        list === 'needs'
          ? `needs ${word}, but no grant here gives it to ${identity}`
          : `denies ${word}, but a grant here gives it to ${identity}`;
      faults.push({ path: [section, object, list, index, 'access'], message });
    }
  }
  for (const [fn, { security, search_path, body_sha256, returns }] of Object.entries(contract.functions)) {
    for (const [key, value] of Object.entries({ search_path, body_sha256, returns })) {
      if (security === 'invoker' && value !== undefined) {
        faults.push({ path: ['functions', fn, key], message: 'is judged of SECURITY DEFINER functions only' });
      }
    }
  }
  for (const [table, { only_through, row_security, policies }] of Object.entries(contract.tables)) {
    if (row_security === 'off' && Object.keys(policies).length > 0) {
      const message = 'policies do nothing where row_security is off: say enabled or forced, or leave the policies out';
      faults.push({ path: ['tables', table, 'policies'], message });
    }
    for (const [index, fn] of only_through.entries()) {
      if (!Object.hasOwn(contract.functions, fn)) {
        faults.push({
          path: ['tables', table, 'only_through', index],
          message: `${fn} is not among functions${didYouMean(fn, Object.keys(contract.functions))}`,
        });
      }
    }
  }
  return faults;
}

/** Whether a session of the contract assumes the role, so that statements are tried as it. */
function isAssumed({ sessions }: ParsedContract, identity: string): boolean {
  return Object.values(sessions).some(({ role }) => role === identity);
}

function deficiencyFaults(contract: ParsedContract): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const [index, deficiency] of contract.deficiencies.entries()) {
    if (seen.has(deficiency.id)) {
      faults.push({ path: ['deficiencies', index, 'id'], message: `${deficiency.id} is there twice` });
    }
    seen.add(deficiency.id);
    for (const phase of ['baseline', 'head'] as const) {
      for (const [row, { identity, object, access }] of deficiency[phase].entries()) {
        const path = ['deficiencies', index, phase, row];
        if (contract.identities[identity]?.kind !== 'login' && !isAssumed(contract, identity)) {
          faults.push({
            path: [...path, 'identity'],
            message: `${identity} is not an identity of kind login${meant(contract, identity)}`,
          });
        }
        const allowed = Object.hasOwn(contract.tables, object)
          ? ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
          : Object.hasOwn(contract.functions, object)
            ? ['EXECUTE']
            : undefined;
        if (allowed === undefined) {
          faults.push({
            path: [...path, 'object'],
            message: `${object} is neither among tables nor functions${didYouMean(object, [...Object.keys(contract.tables), ...Object.keys(contract.functions)])}`,
          });
        } else if (!allowed.includes(access)) {
          faults.push({
            path: [...path, 'access'],
            message: `${access} is not tried on ${object}: ${allowed.join(', ')}`,
          });
        }
      }
    }
  }
  return faults;
}
