import type { Verb } from '../verb.ts';

const needsState =
  'a contract, of whose head it asks, built on the topology that is named (embedded needs nothing); or with --url a live database and any role that may read its catalogs.';

/** Verbs that answer a question about privileges or codes. */
export const answeringVerbs: readonly Verb[] = [
  {
    name: 'why',
    summary: 'the path by which a role has a privilege, or what is missing for it',
    needs: needsState,
    examples: [
      { args: 'app_user SELECT public.tenants', says: 'at head' },
      {
        args: "app_user EXECUTE 'security.f(text)' --url postgresql://readonly@db:5432/app",
        says: 'in a live database',
      },
    ],
    exits: { 0: 'it was answered, with yes or no', 3: 'the catalogs cannot be read' },
    define: async () => (await import('../why.ts')).define,
  },
  {
    name: 'who',
    summary: 'everybody who has a privilege on an object, by every way: grants, owners, roles, views, functions',
    needs: needsState,
    examples: [
      { args: 'SELECT public.tenants', says: 'at head' },
      { args: 'UPDATE public.tenants.webhook_secret', says: 'on one column' },
      { args: 'SELECT public.tenants --url postgresql://readonly@db:5432/app', says: 'in a live database' },
    ],
    exits: { 0: 'it was answered', 3: 'the catalogs cannot be read' },
    define: async () => (await import('../who.ts')).define,
  },
  {
    name: 'pr',
    summary: 'who can do at head what they could not at base, and who can no more, in at most twenty lines',
    needs:
      'a git repository that holds both revisions and the contract, and a Postgres to build them in: nothing with the topology embedded, Docker with compose and testcontainers.',
    examples: [
      { args: '--base origin/main', says: 'what the work tree changes' },
      { args: '--base v1.2.0 --head v1.3.0 --format json', says: 'between two tags, as data' },
    ],
    exits: { 0: 'it was answered', 1: 'there is a change of a class of --fail-on' },
    define: async () => (await import('../pr.ts')).define,
  },
  {
    name: 'explain',
    summary: 'what a code of a finding means, why it matters and what to do; all codes without one',
    needs: 'nothing.',
    examples: [
      { args: '', says: 'lists the codes' },
      { args: 'rls-not-forced', says: 'explains one, with the SQL of the flaw and of its repair' },
    ],
    exits: { 0: 'it was answered' },
    define: async () => (await import('../explain.ts')).define,
  },
];
