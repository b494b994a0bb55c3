import { describe, expect, it } from 'vitest';

import { chooseHand, type Holder } from './hand.ts';

const all = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** A role with every privilege that is the session's own and that no policy restricts. */
function holder(role: string, more: Partial<Holder> = {}): Holder {
  return {
    role,
    way: 'session',
    isSuperuser: false,
    bypassesRowSecurity: false,
    isOwner: false,
    privileges: all,
    isHeld: false,
    permitted: [],
    ...more,
  };
}

const root = holder('root', { isSuperuser: true });
const service = holder('service', { way: 'set', bypassesRowSecurity: true });
const owner = holder('owner', { way: 'grant', isOwner: true });
const forced = holder('owner', { way: 'grant', isOwner: true, isHeld: true, permitted: all });
const blind = holder('owner', { way: 'session', isOwner: true, isHeld: true });
const login = holder('app', { way: 'login', isHeld: true, permitted: all });
const free = holder('loader', { way: 'login' });

describe('the hand that is chosen', () => {
  it.each<[string, Holder[], string | undefined]>([
    ['a superuser before all', [login, owner, service, root], 'superuser'],
    ['one that passes over row security', [login, forced, service], 'service (BYPASSRLS)'],
    ['the owner whom nothing forces', [login, owner], 'owner owner'],
    ['of two that see all, who need not be given first', [owner, service], 'service (BYPASSRLS)'],
    ['of two in the same way, the owner', [holder('a', { way: 'grant' }), owner], 'owner owner'],
    ['the owner as a tenant before a login', [login, free, forced], 'owner owner, a tenant'],
    ['a login that sees all before one that does not', [login, free], 'loader'],
    ['a login as a tenant, where the owner comes to no row', [blind, login], 'app, a tenant'],
    ['nobody, where the owner comes to no row', [blind], undefined],
    ['nobody without the privilege', [holder('a', { privileges: ['INSERT'] })], undefined],
    ['nobody of nobody', [], undefined],
  ])('is, to read, %s', (_, holders, wanted) => {
    for (const some of [holders, holders.toReversed()]) {
      const hand = chooseHand(some, ['SELECT'], { reads: true });
      expect(hand && `${hand.as}${hand.isTenant ? ', a tenant' : ''}`).toBe(wanted);
    }
  });

  it('is, to run a control, at last who has the privilege and no policy', () => {
    expect(chooseHand([blind], ['DELETE'])?.as).toBe('owner owner');
    expect(chooseHand([blind, login], ['DELETE'])?.as).toBe('app');
    expect(chooseHand([{ ...login, privileges: ['SELECT'] }, blind], ['DELETE'])?.as).toBe('owner owner');
    expect(chooseHand([{ ...login, permitted: ['SELECT'] }, forced], ['DELETE'])?.as).toBe('owner owner');
  });

  it('is, to run a control, rather who has all that the statement needs', () => {
    const writer = holder('writer', { way: 'set', bypassesRowSecurity: true, privileges: ['UPDATE'] });
    expect(chooseHand([writer, login], ['UPDATE'])?.as).toBe('app');
    expect(chooseHand([writer, blind], ['UPDATE'])?.as).toBe('writer (BYPASSRLS)');
    expect(chooseHand([{ ...service, privileges: ['SELECT'] }, login], ['SELECT', 'UPDATE'])?.as).toBe('app');
    expect(chooseHand([{ ...login, role: 'a', privileges: ['SELECT'] }, login], ['SELECT', 'UPDATE'])?.as).toBe('app');
    const unseeing = { ...login, permitted: ['INSERT'] };
    expect(chooseHand([unseeing, blind], ['INSERT'])?.as).toBe('app');
    expect(chooseHand([holder('f', { privileges: ['EXECUTE'] })], ['EXECUTE'])?.as).toBe('f');
  });
});
