import { readFileSync, readdirSync } from 'node:fs';
import Handlebars from 'handlebars';
import { slashed } from '../common/slashes.ts';
import type { MutationReport } from '../mutation/mutation-report.ts';
import type { Evidence } from '../pack/evidence.ts';
import { badgeClass, type Badge } from '../report/badge.ts';
import { rowIds } from '../report/row-id.ts';
import { contentPolicy, pageScript, pageStyle } from './page.ts';
import { markdownCode, markdownFence, markdownText } from './markdown.ts';
import { mutationView } from '../mutation/report/view.ts';
import { templateFolders } from '../proofs/sections.ts';
import { reportView } from './view.ts';

type Format = 'html' | 'md';
/** What is rendered. Each has a template for each format. */
type Subject = 'report' | 'mutation';

const templates = new URL('templates/', import.meta.url);
const compiled = new Map<string, Handlebars.TemplateDelegate>();

/** The report as one self-contained HTML page, and as GitHub Markdown. */
export function renderReport(evidence: Evidence): Record<Format, string> {
  const view = reportView(evidence);
  return { html: template('report', 'html')(view), md: template('report', 'md')(view) };
}

/** Only the report as GitHub Markdown. */
export function renderMarkdown(evidence: Evidence): string {
  return template('report', 'md')(reportView(evidence));
}

/** The mutation report as one self-contained HTML page. */
export function renderMutationHtml(report: MutationReport): string {
  return template('mutation', 'html')(mutationView(report));
}

/** The mutation report as GitHub Markdown. */
export function renderMutationMarkdown(report: MutationReport): string {
  return template('mutation', 'md')(mutationView(report));
}

// The template of a subject in a format, compiled on first use.
function template(subject: Subject, format: Format): Handlebars.TemplateDelegate {
  const name = `${subject}.${format}.hbs`;
  const known = compiled.get(name);
  if (known) {
    return known;
  }
  const fresh = environment(format).compile(read(name), { strict: true, preventIndent: true });
  compiled.set(name, fresh);
  return fresh;
}

// Handlebars with the partials of a format. The result of a helper is already escaped; Handlebars escapes everything else as
// HTML.
function environment(format: Format): typeof Handlebars {
  const handlebars = Handlebars.create();
  for (const file of readdirSync(new URL(`${format}/`, templates), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.hbs'))
    .sort()) {
    const name = slashed(file);
    handlebars.registerPartial(name.replace(/\.\w+$/, ''), read(`${format}/${name}`));
  }
  for (const folder of templateFolders) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(`.${format}.hbs`))) {
      handlebars.registerPartial(file.replace(`.${format}.hbs`, ''), readFileSync(new URL(file, folder), 'utf8'));
    }
  }
  const safe = (text: string) => new Handlebars.SafeString(text);
  if (format === 'html') {
    // Parts that the page contains unescaped: the style sheet and the script, whose digests the policy names.
    handlebars.registerHelper('style', () => safe(pageStyle));
    handlebars.registerHelper('script', () => safe(pageScript));
    handlebars.registerHelper('policy', () => contentPolicy);
    handlebars.registerHelper('breakable', (text: string) => safe(breakable(text)));
    handlebars.registerHelper('badgeClass', (one: Badge) => badgeClass(one));
    const pages = new WeakMap<object, ReturnType<typeof rowIds>>();
    handlebars.registerHelper('rowId', (section: string, ...about: unknown[]) => {
      const page = (about.pop() as Handlebars.HelperOptions).data as { root: object };
      const idOf = pages.get(page.root) ?? rowIds();
      pages.set(page.root, idOf);
      return idOf(section, ...about);
    });
  } else {
    handlebars.registerHelper('text', (text: string) => safe(markdownText(text)));
    handlebars.registerHelper('code', (text: string) => safe(markdownCode(text)));
    handlebars.registerHelper('count', (n: number) => safe(String(Number(n))));
    handlebars.registerHelper('fence', (language: string, text: string) => safe(markdownFence(language, text)));
  }
  return handlebars;
}

// A long name as HTML that may wrap after its separators.
function breakable(text: string): string {
  return text
    .split(/(?<=[._/]|\w\()/)
    .map(Handlebars.escapeExpression)
    .join('<wbr>');
}

function read(name: string): string {
  return readFileSync(new URL(name, templates), 'utf8');
}
