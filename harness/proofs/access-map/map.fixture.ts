import type { AccessMap, MapWay } from './judge.ts';

/** A map of `count` logins, with a group for every five. Each group and some logins have tables of their own. */
export function manyRoles(count: number): AccessMap {
  const ways = Array.from({ length: count }, (_, index): MapWay[] => {
    const identity = `service_login_${index}`;
    const group = Math.floor(index / 5);
    const inherited: MapWay = {
      identity,
      chain: [`group_with_a_long_name_${group}`],
      via: 'direct',
      kind: 'table',
      privileges: group % 2 === 0 ? ['INSERT', 'SELECT'] : ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
      phases: group % 3 === 0 ? ['head'] : ['baseline', 'head'],
      objects: Array.from({ length: 1 + (group % 9) }, (_unused, table) => `billing.table_${group}_${table}`),
    };
    const own: MapWay = {
      identity,
      chain: [],
      via: 'direct',
      kind: 'table',
      privileges: ['SELECT'],
      phases: ['baseline'],
      objects: [`audit.log_of_${index}`, 'audit.shared'],
    };
    return index % 3 === 0 ? [inherited, own] : [inherited];
  });
  return {
    ways: ways.flat(),
    gateways: [
      {
        object: 'audit.shared',
        kind: 'view',
        owner: 'audit_owner',
        tables: ['audit.rows', 'billing.table_0_0'],
        phases: ['baseline', 'head'],
      },
    ],
    row_security: ['billing.table_1_0'],
  };
}
