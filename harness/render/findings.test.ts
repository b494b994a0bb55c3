import { describe, expect, it } from 'vitest';

import type { Finding } from '../findings/finding.ts';
import { causeViews, findingViews } from './findings.ts';

const finding = (code: string, object: string, identity: string, severity: Finding['severity'] = 'high'): Finding => ({
  code,
  object,
  identity,
  severity,
  message: 'said',
  remedy: 'do',
});

describe('causes', () => {
  it('group many findings by code and object, the heaviest first', () => {
    const views = findingViews([
      finding('undeclared-access', 'public.b', 'app', 'medium'),
      finding('undeclared-access', 'public.a', 'app', 'medium'),
      finding('undeclared-access', 'public.a', 'web', 'medium'),
      finding('fail-open', 'public.a', 'app'),
    ]);
    expect(causeViews(views).map(({ code, count, objects, first }) => [code, count, objects, first])).toEqual([
      ['fail-open', '1', 'public.a', views[0]!.id],
      ['undeclared-access', '3', 'public.a (2) and public.b', views[1]!.id],
    ]);
  });

  it('are none of a few findings', () => {
    expect(causeViews(findingViews([finding('fail-open', 'public.a', 'app')]))).toEqual([]);
  });
});
