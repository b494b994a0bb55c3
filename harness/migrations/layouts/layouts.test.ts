import { describe, expect, it } from 'vitest';

import { recognised } from './index.ts';
import { listingOfTexts } from './listing.ts';

type Texts = Record<string, string>;

/** Layout, and the revisions that it reads, of a folder that holds these texts. */
function read(texts: Texts, folder = 'db/migrations') {
  const listing = listingOfTexts(texts, folder);
  const layout = recognised(listing);
  const { migrations, unused = [] } = layout.read(listing);
  return {
    layout: layout.name,
    revisions: migrations.map(({ revision }) => revision),
    unused: unused.map(({ file }) => file),
  };
}

describe('a folder of migrations', () => {
  it.each<[what: string, texts: Texts, layout: string, revisions: string[], unused?: string[]]>([
    ['numbered SQL', { '10_c.sql': '', '2_b.sql': '', '2_b.down.sql': '', 'README.md': '' }, 'plain', ['2', '10']],
    ['nothing', {}, 'plain', []],
    [
      'Supabase’s files',
      {
        '20240102000000_b.sql': '',
        '20240101000000_a.b.sql': '',
        'seed.sql': '',
        '../config.toml': 'project_id = "x"',
      },
      'supabase',
      ['20240101000000', '20240102000000'],
      ['seed.sql'],
    ],
  ])('of %s is recognised, and read in its order', (_, texts, layout, revisions, unused = []) => {
    expect(read(texts)).toEqual({ layout, revisions, unused });
  });

  it('is plain beside another tool’s config.toml', () => {
    expect(read({ '1_a.sql': '', '../config.toml': '[server]' }).layout).toBe('plain');
    expect(read({ '1_a.sql': '', '../config.toml': '' }, 'supabase/migrations').layout).toBe('supabase');
  });
});
