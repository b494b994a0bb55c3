import { readFileSync, readdirSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { Evidence } from '../pack/evidence.ts';
import { markdownCode, markdownFence, markdownText } from './markdown.ts';
import { reportView, type ReportView } from './view.ts';

type Format = 'html' | 'md';
type Template = (view: ReportView) => string;

const templates = new URL('templates/', import.meta.url);
const compiled = new Map<Format, Template>();

/** The report as one self-contained HTML page. */
export function renderHtml(evidence: Evidence): string {
  return template('html')(reportView(evidence));
}

/** The report as GitHub Markdown. */
export function renderMarkdown(evidence: Evidence): string {
  return template('md')(reportView(evidence));
}

// The template of a format, compiled when first asked for.
function template(format: Format): Template {
  const known = compiled.get(format);
  if (known) {
    return known;
  }
  const handlebars = environment(format);
  const fresh = handlebars.compile<ReportView>(read(`report.${format}.hbs`), { strict: true, preventIndent: true });
  compiled.set(format, fresh);
  return fresh;
}

// Handlebars with the partials of a format. What a helper returns is escaped already; all else Handlebars escapes as HTML.
function environment(format: Format): typeof Handlebars {
  const handlebars = Handlebars.create();
  for (const file of readdirSync(new URL(`${format}/`, templates)).sort()) {
    handlebars.registerPartial(file.replace(/\.\w+$/, ''), read(`${format}/${file}`));
  }
  const safe = (text: string) => new Handlebars.SafeString(text);
  if (format === 'html') {
    handlebars.registerHelper('breakable', (text: string) => safe(breakable(text)));
  } else {
    handlebars.registerHelper('text', (text: string) => safe(markdownText(text)));
    handlebars.registerHelper('code', (text: string) => safe(markdownCode(text)));
    handlebars.registerHelper('fence', (language: string, text: string) => safe(markdownFence(language, text)));
  }
  return handlebars;
}

// A long name as HTML that may break after its separators.
function breakable(text: string): string {
  return text.split(/(?<=[._/]|\w\()/).map(Handlebars.escapeExpression).join('<wbr>');
}

function read(name: string): string {
  return readFileSync(new URL(name, templates), 'utf8');
}
