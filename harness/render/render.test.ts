import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evidence, proven } from './evidence.fixture.ts';
import { mutation, untried } from '../mutation/report/mutation.fixture.ts';
import { renderReport, renderMutationHtml, renderMutationMarkdown } from './render.ts';

const templates = new URL('templates/', import.meta.url);

const reports = [
  {
    of: 'evidence',
    render: () => ({
      html: renderReport(structuredClone(evidence)).html,
      markdown: renderReport(structuredClone(evidence)).md,
    }),
  },
  {
    of: 'mutation',
    render: () => ({
      html: renderMutationHtml(structuredClone(mutation)),
      markdown: renderMutationMarkdown(structuredClone(mutation)),
    }),
  },
];

describe.each(reports)('the report of $of', ({ render: again }) => {
  const { html, markdown } = again();

  test('the same data gives the same bytes, and rendering leaves it as it was', () => {
    const before = JSON.stringify([evidence, mutation]);
    expect(again()).toEqual({ html, markdown });
    expect(JSON.stringify([evidence, mutation])).toBe(before);
  });

  test('hostile text never becomes HTML', () => {
    const page = withoutOurs(html);
    const tags = new Set([...page.matchAll(/<\/?([a-zA-Z][\w-]*)/g)].map(([, tag]) => tag));
    expect([...tags].filter((tag) => !known.has(tag!))).toEqual([]);
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('weird&lt;name&gt;&amp;&quot;|');
    expect(html + markdown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
  });

  test('the page is well formed: every element that is opened is closed', () => {
    const open: string[] = [];
    for (const [, end, tag] of withoutOurs(html).matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (end === '/') {
        expect(open.pop()).toBe(tag);
      } else if (tag !== 'meta' && tag !== 'wbr' && tag !== 'input') {
        open.push(tag!);
      }
    }
    expect(open).toEqual([]);
  });

  test('the page asks no other host, and runs one script, whose digest its policy names', () => {
    const digest = (tag: string) => {
      const parts = [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text]) => text!);
      expect(parts).toHaveLength(1);
      return `'sha256-${createHash('sha256').update(parts[0]!).digest('base64')}'`;
    };
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)![1]!;
    expect(policy.replaceAll('&#x27;', "'").replaceAll('&#x3D;', '=').split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${digest('style')}`,
      `script-src ${digest('script')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(withoutOurs(html)).not.toMatch(/\sstyle=/);
    expect(withoutOurs(html)).not.toMatch(/\b(src|srcset|action|on\w+)=|@import|url\(|https?:/i);
  });

  test('every id of the page is there once, and every row of a table has one', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const bodies = [...html.matchAll(/<table class="(?!matrix)[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/g)];
    expect(bodies.flatMap(([, body]) => [...body!.matchAll(/<tr(?! id=)[\s\S]{0,80}/g)].map(([row]) => row))).toEqual(
      [],
    );
  });

  test('every link of the page has its target, and every table a caption and scoped headers', () => {
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) {
      expect(html).toContain(`id="${id!}"`);
    }
    for (const [table] of html.matchAll(/<table[\s\S]*?<\/table>/g)) {
      expect(table).toContain('<caption>');
      expect(table).not.toMatch(/<th>|<th (?!scope=)/);
    }
  });

  test('Markdown tables keep their number of columns', () => {
    const lines = outsideFences(markdown);
    const rules = lines.map((line, at) => ({ line, at })).filter(({ line }) => /^\|( *:?-+:? *\|)+$/.test(line));
    expect(rules.length).toBeGreaterThan(10);
    for (const { line, at } of rules) {
      const columns = pipes(line);
      const end = lines.findIndex((other, from) => from > at && !other.startsWith('|'));
      for (const row of [lines[at - 1]!, ...lines.slice(at + 1, end)]) {
        expect(`${pipes(row)} ${row}`).toBe(`${columns} ${row}`);
      }
    }
  });

  test('hostile text never becomes Markdown or HTML in the Markdown', () => {
    const lines = outsideFences(markdown);
    expect(lines.filter((line) => /^# /.test(line))).toHaveLength(1);
    const tags = new Set(lines.flatMap((line) => [...line.matchAll(/<\/?([a-zA-Z][\w-]*)/g)].map(([, tag]) => tag)));
    expect([...tags].sort()).toEqual(['b', 'br', 'code', 'details', 'summary']);
  });
});

test('every value of a Markdown template goes through an escaping helper', () => {
  const plain = /^(#|\/|>|else|text |code |fence |count |\w*\.?mark$|number$|n$|open$|banner\.more$|[\w.]+\.mark$)/;
  for (const file of readdirSync(templates, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^md\/.*|\.md)\.hbs$/.test(name),
  )) {
    for (const [, value] of readFileSync(new URL(file, templates), 'utf8').matchAll(/{{([^}]*)}}/g)) {
      expect(`${file}: ${value!.trim()}`).toMatch(new RegExp(`^${file}: ${plain.source.slice(1)}`));
    }
  }
});

test('no template prints unescaped', () => {
  for (const file of readdirSync(templates, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.hbs'),
  )) {
    expect(readFileSync(new URL(file, templates), 'utf8')).not.toMatch(/{{{|{{&/);
  }
});

test('empty evidence says so in words, in both formats', () => {
  const phases = {
    baseline: { ...proven.phases.baseline, suites: [], probes: [], roles: [] },
    head: { ...proven.phases.head, suites: [], probes: [], roles: [] },
  };
  const empty = {
    ...proven,
    phases,
    truth_table: [],
    deficiencies: [],
    assertions: [],
    fail_closed: [],
    only_paths: [],
    oracles: [],
    controls: [],
    privilege_diff: { added: [], removed: [] },
  };
  for (const report of Object.values(renderReport(empty))) {
    for (const words of [
      'Nothing that was observed contradicts',
      'None declared',
      'declares no access',
      'has a tenant',
      'No suite ran',
      'No control ran',
      'states are the same',
      'No statement was attempted',
      'No role was observed',
    ]) {
      expect(report).toContain(words);
    }
  }
});

test('a mutation run without mutants says so in words, in both formats', () => {
  for (const report of [renderMutationHtml(untried), renderMutationMarkdown(untried)]) {
    for (const words of [
      'The unbroken head is not green',
      'which proves nothing here',
      'accepts no survivor',
      'No suite ran',
      'No mutant was made',
      'No mutant was tried',
      'no grant was taken away',
    ]) {
      expect(report).toContain(words);
    }
  }
});

test('the parts of a mutation report stand in the order a reader asks for them', () => {
  const order = [
    'Score by witness',
    'Survivors',
    'Accepted survivors',
    'Suites',
    'Operators',
    'Unused grants',
    'Void and failed',
    'All mutants',
    'The run',
    'How to reproduce',
  ];
  expect([...renderMutationMarkdown(mutation).matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(order);
  expect([...renderMutationHtml(mutation).matchAll(/<h2 id="[^"]*">(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual(
    order,
  );
});

const known = new Set(
  'html head meta title style body a div nav p span ol ul li b header h1 h2 h3 h4 small dl dt dd code main section article pre table caption thead tbody tr th td q details summary wbr progress form label kbd input button output i'.split(
    ' ',
  ),
);

// The page without its style sheet and its script.
function withoutOurs(page: string): string {
  return page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '');
}

function outsideFences(text: string): string[] {
  let fence = '';
  return text.split('\n').filter((line) => {
    const run = /^`{3,}/.exec(line)?.[0] ?? '';
    if (fence === '' ? run !== '' : run === fence && line === fence) {
      fence = fence === '' ? run : '';
      return false;
    }
    return fence === '';
  });
}

function pipes(line: string): number {
  return line.split('|').length - 1;
}

describe('the contents of the report', () => {
  const contents = (changed: Partial<typeof evidence>) =>
    /<nav class="contents"[\s\S]*?<\/nav>/.exec(renderReport({ ...structuredClone(evidence), ...changed }).html)![0];
  const accepted = { reason: 'known', until: '2027-02-26' };
  const [first, ...others] = structuredClone(evidence.findings);
  const known = others.map((finding) => ({ ...finding, accepted }));

  test('count what counts, and what is accepted apart from it', () => {
    expect(contents({ findings: [first!, ...known] })).toContain(
      '<a href="#findings">Findings <b>1</b> <span class="sub">3 accepted</span></a>',
    );
    expect(contents({ findings: known })).toContain(
      '<a href="#findings">Findings <span class="sub">3 accepted</span></a>',
    );
    expect(contents({ findings: [first!] })).toContain('<a href="#findings">Findings <b>1</b></a>');
  });

  test('name what is not proven and what covers nothing, where the report has them', () => {
    const extra = contents({
      unproven: [{ phase: 'head', object: 't', identity: '', access: '', reason: 'no row' }],
      unused_acceptances: ['fail-open app t'],
    });
    expect(extra).toContain('<a href="#unproven">Not proven</a>');
    expect(extra).toContain('<a href="#unused-acceptances">Acceptances that cover nothing</a>');
    expect(contents({ unproven: [], unused_acceptances: [] })).not.toMatch(/#unproven|#unused/);
  });
});

test('the truth table says when a witness is silent', () => {
  const { html, md } = renderReport(structuredClone(evidence));
  for (const text of [html, md]) {
    expect(text).toMatch(/pgTAP is silent where no suite says anything of the row/);
  }
});
