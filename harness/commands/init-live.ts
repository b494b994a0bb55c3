import { exitCode, RolecallError } from '../common/errors.ts';
import { customersPart } from '../draft/customers-part.ts';
import type { Draft } from '../draft/draft.ts';
import { liveTenants, type LiveTenants } from '../draft/live-tenants.ts';
import { broughtBy, platformIn, withoutPlatform } from '../draft/platform.ts';
import { readDraft } from '../draft/read-draft.ts';
import { readingCatalogs } from '../pipeline/unreadable.ts';
import type { Target } from '../postgres/target.ts';
import { withUnhindered } from '../postgres/unhindered.ts';
import type { Context } from './context.ts';
import { headingOf, type Built } from './init-build.ts';
import type { Judged } from './init-judge.ts';
import { judgeDatabase, type LiveDatabase } from './judge-database.ts';
import { liveState } from './live.ts';

/** Drafts from a live database without changing it. Any role that may read the catalogs can do this. */
export async function readAndDraft(url: string, name: string, context: Context): Promise<Built> {
  const { signal } = context;
  const { facts, major, target } = await liveState(url, context);
  const platform = platformIn(facts);
  const brought = platform === undefined ? undefined : broughtBy(platform);
  const customers = customersPart(facts, brought?.contract);
  const { draft, tenants } = await withUnhindered(target, { signal }, async (session) => {
    const { draft: found } = await readingCatalogs(() =>
      readDraft(session, customers.facts, brought, customers.admins),
    );
    return { draft: found, tenants: await liveTenants(session, found.tenantColumns) };
  });
  requireLogin(draft, target);
  const whole = tenants === undefined ? unsureOfTenants(draft) : withTenants(draft, tenants);
  return {
    facts,
    whole,
    draft: brought === undefined ? whole : withoutPlatform(whole, brought),
    seeds: { statements: [], unfilled: [] },
    heading: {
      ...headingOf(name, platform ?? customers.server, major),
      migrations: { none: 'Drafted from a live database.' },
    },
  };
}

/** Judges the draft as `check` does. Statements of logins run if there is a URL for them, and are rolled back. */
export async function checkDraft(database: LiveDatabase, context: Context): Promise<Judged> {
  const live = await judgeDatabase(database, context, {});
  if (typeof live === 'string') {
    throw new RolecallError('catalogs-unreadable', {
      message: live,
      next: 'Give the URL of a role that may read the catalogs.',
      exit: exitCode.inconclusive,
    });
  }
  const { judged, observation } = live;
  return { ...judged, attempts: observation.seen.attempts };
}

/** A contract is about logins. A database that only superusers log in to has none. */
function requireLogin({ identities }: Draft, { database }: Target): void {
  if (!Object.values(identities).some(({ kind }) => kind === 'login')) {
    throw new RolecallError('bad-argument', {
      message: `only superusers and migrators log in to ${database}: a contract needs a login whose privileges it limits`,
      next: 'Create the login that the application connects as, and run init again.',
    });
  }
}

function withTenants(draft: Draft, { own, other }: LiveTenants): Draft {
  const { tenancy } = draft;
  if (tenancy === undefined) {
    return draft;
  }
  // The short form has only one value for each tenant.
  const as = (values: LiveTenants['own']) => (typeof tenancy.own === 'string' ? Object.values(values)[0]! : values);
  return {
    ...draft,
    tenancy: { ...tenancy, own: as(own), other: as(other) },
    unsure: [
      ...draft.unsure,
      'tenancy.own and tenancy.other are values of tenants of the live database: put others in their place where they must not be read in a repository.',
    ],
  };
}

function unsureOfTenants(draft: Draft): Draft {
  return draft.tenancy === undefined
    ? draft
    : {
        ...draft,
        unsure: [
          ...draft.unsure,
          'Rows of two tenants were not found, or may not be read: write tenancy.own and tenancy.other, of which rows are there.',
        ],
      };
}
