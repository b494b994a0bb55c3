import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { memoryPages, validateXML } from 'xmllint-wasm';

/** The OASIS schema for SARIF 2.1.0, from the package that contains it. */
async function sarifSchema(): Promise<object> {
  const file = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  return JSON.parse(await readFile(file, 'utf8')) as object;
}

const ajv = addFormats.default(new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false }));
const holds = ajv.compile(await sarifSchema());

/** Where a text violates the schema of SARIF 2.1.0, the first twenty. */
export function sarifFaults(text: string): string[] {
  return holds(JSON.parse(text))
    ? []
    : (holds.errors ?? []).slice(0, 20).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

// What that file of 2010 lacks and today's readers know: GitLab and CircleCI read `file`, Surefire writes the message of what was
// skipped, and the root may have a time and the number of skipped tests.
const since: [after: string, added: string][] = [
  ['<xs:attribute name="classname" type="xs:string" use="optional"/>', '<xs:attribute name="file" type="xs:string"/>'],
  [
    '<xs:attribute name="disabled" type="xs:string" use="optional"/>\n            <xs:attribute name="errors" type="xs:string" use="optional"/>',
    '<xs:attribute name="skipped" type="xs:string"/><xs:attribute name="timestamp" type="xs:string"/>',
  ],
];

const skipped =
  '<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>';

async function junitSchema(): Promise<string> {
  let schema = await readFile(new URL('schemas/jenkins-junit.xsd', import.meta.url), 'utf8');
  schema = schema.replace('<xs:element name="skipped" type="xs:string"/>', skipped);
  for (const [after, added] of since) {
    if (!schema.includes(after)) {
      throw new Error(`the schema of JUnit has no ${after}`);
    }
    schema = schema.replace(after, `${after}${added}`);
  }
  return schema;
}

const junit = await junitSchema();

/** Where a text violates Jenkins' schema of JUnit XML. */
export async function junitFaults(text: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: { fileName: 'junit.xml', contents: text },
    schema: { fileName: 'junit.xsd', contents: junit },
    initialMemoryPages: 32 * memoryPages.MiB,
    maxMemoryPages: 512 * memoryPages.MiB,
  });
  return errors.map(({ message }) => message);
}
