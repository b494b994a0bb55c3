import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findingKey, type Finding } from '../findings/finding.ts';
import { withLines } from '../testing/apply-lines.ts';
import { judgeCatalog, startTestHead, type TestHead } from '../testing/head.ts';
import { damages } from './damages.fixture.ts';

type Edit = (contract: string) => string;

let head: TestHead;
let untouched: string;
beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

const unchanged: Edit = (text) => text;
const replaced =
  (from: string, to: string): Edit =>
  (text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };

/** Changes head, judges its catalogs, and undoes the change. */
async function judged(change: string, undo: string, edit: Edit = unchanged): Promise<Finding[]> {
  await head.superuser.script(change);
  try {
    return await judgeCatalog(head, edit);
  } finally {
    await head.superuser.script(undo);
    expect(await head.fingerprint()).toBe(untouched);
  }
}

const brief = (findings: readonly Finding[]) =>
  findings.map(({ code, identity, access, object }) =>
    [code, identity, access ?? '', object].join(' ').replaceAll(/ +/g, ' '),
  );

describe('remedies, run as they are printed', () => {
  let findings: Finding[];
  beforeAll(async () => {
    await head.superuser.script(damages.map(([, damage]) => damage).join('; '));
    findings = await judgeCatalog(head);
  });

  it.each(damages)('say how to take away %s', (_, __, code, remedy) => {
    expect(findings.filter((one) => one.code === code).map((one) => one.remedy)).toContain(remedy);
  });

  it('stand beside lines of the contract that answer what they take away, but for what no contract can say', async () => {
    const hasLines = ({ declare, retract }: Finding) => declare !== undefined || retract !== undefined;
    expect(brief(findings.filter((one) => damages.some(([, , code]) => code === one.code) && !hasLines(one)))).toEqual([
      'undeclared-access app_rw SELECT public.llm_api_calls',
      'undeclared-access app_user SELECT public.llm_api_calls',
      'changed-policy __proto__ public.investigations',
    ]);
    const left = await judgeCatalog(head, (text) => findings.filter(hasLines).reduce(withLines, text));
    const known = new Set(findings.filter(hasLines).map(findingKey));
    expect(brief(left.filter((one) => known.has(findingKey(one))))).toEqual([]);
  });

  it('take away what is not declared, and nothing else', async () => {
    await head.superuser.script(damages.map(([, , , remedy]) => remedy).join(' '));
    expect(await head.fingerprint()).toBe(untouched);
  });

  it('take only the options away that are too many, whoever granted them', async () => {
    const declared = replaced('member_of: [app_rw]', 'member_of: [{ role: app_rw, set: false }]');
    await head.superuser.script(
      `create role boss createrole; grant app_rw to boss with admin option; revoke app_rw from app_user; set role boss; grant app_rw to app_user with admin true, inherit true, set true; reset role`,
    );
    const [found] = (await judgeCatalog(head, declared)).filter(
      ({ code, identity }) => code === 'undeclared-membership' && identity === 'app_user',
    );
    expect(found!.remedy).toBe(
      'REVOKE SET OPTION FOR "app_rw" FROM "app_user" GRANTED BY "boss"; REVOKE ADMIN OPTION FOR "app_rw" FROM "app_user" GRANTED BY "boss";',
    );
    await head.superuser.script(found!.remedy);
    expect((await judgeCatalog(head, declared)).filter(({ identity }) => identity === 'app_user')).toEqual([]);
    await head.superuser.script(
      'revoke app_rw from app_user granted by boss; drop owned by boss; revoke app_rw from boss; drop role boss; grant app_rw to app_user',
    );
    expect(await head.fingerprint()).toBe(untouched);
  });
});

describe('roles outside the contract', () => {
  it('are nobody’s concern where they can do nothing', async () => {
    expect(
      await judged(
        'create role elsewhere login; create role of_another createdb; alter role of_another nocreatedb',
        'drop role elsewhere, of_another',
      ),
    ).toEqual([]);
  });

  it('are named for a grant, an object, a predefined role and an attribute', async () => {
    const change = `create role a login; grant select on public.tenants to a; create role b login; create table public.of_b (); alter table public.of_b owner to b; create role c login; grant pg_read_all_data to c; create role d login superuser`;
    const findings = await judged(change, 'drop owned by a, b, c; drop role a, b, c, d');
    expect(findings.filter(({ code }) => code === 'undeclared-role').map(({ message }) => message)).toEqual([
      'a has SELECT on table public.tenants; the contract does not name it',
      expect.stringMatching(/^b (owns|has).*public\.of_b.*; the contract does not name it$/),
      'c is a member of pg_read_all_data; the contract does not name it',
      'd is SUPERUSER; the contract does not name it',
    ]);
  });
});

describe('memberships among the server’s own roles', () => {
  const monitored = replaced('  app_ro:\n    kind: group', '  app_ro:\n    kind: group\n    member_of: [pg_monitor]');

  it('are silent as the server comes', async () => {
    expect(await judged('grant pg_monitor to app_ro', 'revoke pg_monitor from app_ro', monitored)).toEqual([]);
  });

  it('are followed where somebody added one', async () => {
    const findings = await judged(
      'grant pg_monitor to app_ro; grant pg_read_all_data to pg_monitor',
      'revoke pg_read_all_data from pg_monitor; revoke pg_monitor from app_ro',
      monitored,
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'undeclared-access',
        identity: 'app_ro',
        access: 'SELECT',
        object: 'public.tenants',
        remedy: 'REVOKE "pg_read_all_data" FROM "pg_monitor";',
      }),
    );
  });
});

describe('grants on columns', () => {
  const costs = 'public.llm_monthly_costs:\n    row_security: forced\n    policies: *tenant_isolation\n    grants:\n';
  const declared = replaced(costs, `${costs}      app_ro: ["SELECT(tenant_id, month)", 'SELECT("Odd, name")']\n`);
  const odd = 'alter table public.llm_monthly_costs add column "Odd, name" text';
  const undo =
    'alter table public.llm_monthly_costs drop column "Odd, name"; revoke all (tenant_id, month, id) on public.llm_monthly_costs from app_ro; revoke all on public.llm_monthly_costs from app_ro';

  it('are findings on a further column, and with a further privilege', async () => {
    const change = `${odd}; grant select (tenant_id, month, "Odd, name", id), update (month) on public.llm_monthly_costs to app_ro`;
    expect(brief(await judged(change, undo, declared)).toSorted()).toEqual([
      'undeclared-access app_ro SELECT public.llm_monthly_costs.id',
      'undeclared-access app_ro UPDATE public.llm_monthly_costs.month',
    ]);
  });

  it('are findings where the whole table is granted', async () => {
    expect(brief(await judged(`${odd}; grant select on public.llm_monthly_costs to app_ro`, undo, declared))).toEqual([
      'undeclared-access app_ro SELECT public.llm_monthly_costs',
    ]);
  });

  it('hold as they are declared; one that is missing is given by its remedy', async () => {
    const findings = await judged(
      `${odd}; grant select (tenant_id, "Odd, name") on public.llm_monthly_costs to app_ro`,
      undo,
      declared,
    );
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'missing-access',
        identity: 'app_ro',
        access: 'SELECT(tenant_id, month)',
        remedy: 'GRANT SELECT (tenant_id, month) ON TABLE public.llm_monthly_costs TO "app_ro";',
      }),
    ]);
    expect(
      brief(
        await judged(
          `${odd}; grant select (tenant_id, "Odd, name") on public.llm_monthly_costs to app_ro; ${findings[0]!.remedy}`,
          undo,
          declared,
        ),
      ),
    ).toEqual([]);
  });
});

describe('settings of the project’s own', () => {
  const secret = 'postgres://svc:hunter2@db/x';
  const set = `alter role app_user set app.dsn = '${secret}'`;

  it('are found without their value', async () => {
    const findings = await judged(set, 'alter role app_user reset all');
    expect(brief(findings)).toEqual(['undeclared-setting app_user cluster app.dsn']);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it('are accepted as they are declared', async () => {
    const declared = replaced(
      '    url_env: DATABASE_URL',
      `    url_env: DATABASE_URL\n    settings: { app.dsn: "${secret}" }`,
    );
    expect(await judged(set, 'alter role app_user reset all', declared)).toEqual([]);
  });
});

describe('a contract', () => {
  it('that writes a function with other arguments than the server’s is told how it prints it', async () => {
    const edit = replaced('functions:\n', 'functions:\n  "public.add(integer)": { grants: { app_ro: [EXECUTE] } }\n\n');
    const findings = await judged(
      `create function public.add(int, int) returns int language sql as 'select 1'; revoke all on function public.add from public`,
      'drop function public.add',
      edit,
    );
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'missing-object',
        object: 'public.add(integer)',
        remedy: 'The server prints it as public.add(integer,integer): write it so in the contract.',
      }),
    ]);
  });

  it('may accept a finding for a time', async () => {
    const accepted = (object: string, until: string) =>
      `  - { code: missing-object, object: ${object}, reason: it comes later, until: ${until} }\n`;
    const found = await judgeCatalog(
      head,
      (text) =>
        `${text}\nsequences: { public.later: {}, public.lapsed: {} }\naccepted:\n${accepted('public.later', '2999-12-31')}${accepted('public.lapsed', '2020-01-01')}`,
    );
    expect(
      found.filter(({ code }) => code === 'missing-object').map((finding) => [finding.object, finding.accepted]),
    ).toEqual([
      ['public.lapsed', undefined],
      ['public.later', { reason: 'it comes later', until: '2999-12-31' }],
    ]);
  });
});
