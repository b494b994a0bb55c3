import { describe, expect, it } from 'vitest';

import { referenceFaults } from './references.ts';

const files = new Map([
  [
    'src/orders.ts',
    `class Orders {\n  place$() { return sql\`insert into public.orders values (1)\`; }\n  cancel() {}\n}\n`,
  ],
  ['src/models.py', 'class OrderItems(Base):\n    pass\n'],
  ['src/odd.sql', 'select * from "Order 2"; select list_orders()'],
]);

describe('the code that a need names', () => {
  it.each<[object: string, requiredBy: string, faults: string[] | undefined]>([
    ['public.orders', 'src/orders.ts', []],
    ['public.orders', 'src/orders.ts#cancel', []],
    ['public.orders', 'src/orders.ts#Orders.cancel()', []],
    ['public.orders', 'src/orders.ts (Orders, cancel)', []],
    ['public.orders', 'src/orders.ts:4', []],
    ['public.order_items', 'src/models.py', []],
    ['public."Order 2"', 'src/odd.sql', []],
    ['public.list_orders(text, integer)', 'src/odd.sql', []],
    ['public.orders', '(the finance team)', undefined],
    ['public.orders', 'reporting', undefined],
    ['public.orders', 'src/gone.ts#cancel', ['src/gone.ts is not among the files of the code']],
    ['public.orders', 'src/orders.ts#place', ['src/orders.ts has no place']],
    ['public.orders', 'src/orders.ts#Order', ['src/orders.ts has no Order']],
    ['public.orders', 'src/orders.ts:5', ['src/orders.ts has 4 lines, and no line 5']],
    ['public.order', 'src/orders.ts', ['src/orders.ts does not name order']],
    ['public.orders', 'src/odd.sql', ['src/odd.sql does not name orders']],
    [
      'public.orders',
      'src/orders.ts, src/models.py#Basis, src/gone.ts',
      [
        'src/models.py has no Basis',
        'src/models.py does not name orders',
        'src/gone.ts is not among the files of the code',
      ],
    ],
  ])('for %s, %s: %j', (object, requiredBy, faults) => {
    expect(referenceFaults(object, requiredBy, files)).toEqual(faults);
  });
});
