/** The position of a secret in a text, including its quotes. */
export interface SecretSpan {
  from: number;
  to: number;
}

// Words at the end of a name that is said to hold a secret: app.jwt_secret, PGPASSWORD, x-api-key, password_hash.
const keyWords = 'api|private|secret|access|auth|signing|encryption|master|jwt|service';
const passwordWord = '(?:passw(?:or)?d|passphrase|pwd|(?<![a-z0-9])pw)';
const certain = String.raw`(?:${passwordWord}|secret|credential|(?:${keyWords})[_-]?(?:access[_-]?|role[_-]?)?key|(?<=\w)token)s?(?:[_-]?(?:hash|digest))?\d*(?!\w)`;
// Alone it is an ordinary word of many languages: “unexpected token 'x'”.
const tokens = String.raw`tokens?(?!\w)`;
const any = String.raw`(?:${certain}|${tokens})`;
// Every name is tried once, from its beginning, and the search around it is bounded, so that no text takes long.
const named = (word: string) => String.raw`(?<![\w.-])[\w.-]*${word}`;
/** A name that is not at the end of a quoted text. */
const plain = (word: string) => String.raw`(?<!['\w.-])[\w.-]*${word}"?`;

const gap = String.raw`(?:\s|--[^\n]{0,500}\n|/\*[^]{0,500}?\*/)`;
const standard = String.raw`'(?:[^']|'')*'`;
const literal = [
  String.raw`e'(?:[^'\\]|''|\\[^])*'`,
  // A literal may continue in another pair of quotes on the next line.
  String.raw`(?:u&|n|b|x)?${standard}(?:[^\S\n]*\n\s*${standard})*`,
  String.raw`\$(?<tag>\w*)\$[^]*?\$\k<tag>\$`,
  // Quotes inside a text that is quoted itself.
  String.raw`\\'(?:[^'\\\n]|\\(?!'))*(?:\\')?`,
  // A message may show only one line of a longer literal.
  String.raw`(?:e|u&|n)?'[^'\n]*$`,
  String.raw`\$\w*\$[^\n]*$`,
].join('|');
/** A literal. The end of one that another is joined to does not count. */
const secret = String.raw`(?!'+\s*\|\|)(?<secret>${literal})`;
const doubled = String.raw`"(?:[^"\\\n]|\\.)*"`;
const bare = String.raw`[^\s"'();&]+`;
const types = String.raw`(?:text|varchar|character varying|char|name|bytea|json|jsonb)(?:\s*\(\d+\))?(?:\s+(?:unique|not\s+null|null))*`;
/** What may come between the name of a setting or column and the value that it is compared with. */
const rest = String.raw`["')\]]{0,4}(?:::[\w ]{1,40})?(?:,\s*(?:true|false|t|f)\s*)?["')\]]{0,4}`;
const places = String.raw`\b(?:host|hostaddr|user|dbname|port|service)\s*=`;
const roleBefore = String.raw`\b(?:role|user|group)\b[^;']{0,300}\bpassword`;

/** How a secret occurs beside its name, or reveals itself. The group `secret` is what nobody may see. */
const forms = [
  // ALTER ROLE … PASSWORD 'x', OPTIONS (password 'x', token 'x')
  String.raw`${plain(certain)}${gap}+${secret}`,
  String.raw`${plain(tokens)}(?<=\boptions\s*\((?:[^()';]|${standard}){0,300})${gap}+${secret}`,
  // The same without a space, and without quotes, which is an error whose message repeats it.
  String.raw`${roleBefore}${secret}`,
  String.raw`\b(?:create|alter)\s+${roleBefore}\s+(?!null\b|e'|u&'|n'|[xb]')(?<secret>${doubled}|\w[^\s;:]*)`,
  // SET app.jwt_secret TO 'x', current_setting('app.secret', true) = 'x', "password": "x"
  String.raw`${named(any)}${rest}\s*(?:[:=!<]?=>?|<>|\bto\b|\bdefault\b)\s*(?!'+\s*\|\|)(?<secret>${literal}|${doubled})`,
  String.raw`${named(any)}["']?:\s*(?<secret>${literal}|${doubled})`,
  String.raw`${plain(any)}(?<!\bcolumn\s{1,9}[\w."]{0,200})\s+is\s+${secret}`,
  // v_password constant text := 'x', api_key text default 'x'
  String.raw`${plain(any)}\s+(?:constant\s+)?${types}\s*(?::=|=|\bdefault\b)\s*${secret}`,
  // PGPASSWORD=x, ?sslpassword=x&
  String.raw`${named(any)}=(?!'+\s*\|\|)(?<secret>''[^'\n]*''|'(?:[^'\\\n]|''|\\.)*'|${bare})`,
  // host=h password = x
  String.raw`\b(?:ssl)?password\s*=(?<=${places}[^;\n]{0,300})\s*(?<secret>''[^'\n]*''|${bare})`,
  String.raw`\b(?:ssl)?password\s*=\s*(?<secret>''[^'\n]*''|${bare})(?=[^;\n]{0,300}${places})`,
  // Key (api_key)=(x)
  String.raw`\bkey \((?:[^()]{0,200}[\s,])?"?[\w.-]{0,60}${any}"?(?:,[^()]{0,200})?\)=\((?<secret>[^\n]*?)\)(?= |$)`,
  // password: x, where it is not a word of a sentence
  String.raw`${named(any)}["']?:[^\S\n]+(?<secret>(?=[^\s,]*\d|[^\s,]+\s*$)[^\s:"'(){}\[\],;*][^\s"'();,]*)`,
  // set_config('app.jwt_secret', 'x', true)
  String.raw`\bset_config\s*\(\s*(?:\w+\s*:?=>?\s*)?'[\w.-]*${any}'(?:::\w+)?\s*,\s*(?:\w+\s*:?=>?\s*)?${secret}`,
  // 'password=' || 'x', 'ALTER ROLE … PASSWORD ' || quote_literal('x')
  String.raw`${named(any)}(?:\s*=)?\s*'{1,4}\s*\|\|\s*(?:[\w.]+\s*\(\s*)*(?<secret>${literal})`,
  // postgresql://user:x@host
  String.raw`\b[\w+]{1,40}:\/\/[^\s/:@]{0,200}:(?!password@)(?<secret>[^\s]{0,500})@(?=[^\s@]*)`,
  String.raw`\b(?<secret>eyJ[\w-]{5,9999}\.[\w-]{5,9999}\.[\w-]+)`,
  String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?<secret>[^]*?)(?:-----END|$(?![^]))`,
].map((form) => new RegExp(form, 'dgim'));

/** Forms that are followed by a list in which every literal counts as a secret. */
const lists = [
  // format('… password %L', 'x'), raise notice 'password %', 'x'
  String.raw`${named(any)}[^;%]{0,40}%[^;]{0,300}?'\s*,(?<secret>[^;)]*)`,
  // insert into users (name, password) values ('a', 'x')
  String.raw`\binsert\s+into\s+[\w."$]{1,200}\s*\([^()]{0,1000}?${named(any)}"?\s*(?:,[^()]{0,1000})?\)\s*(?:overriding\s+\w+\s+value\s*)?values\b(?<secret>(?:${standard}|[^;'])*)`,
].map((form) => new RegExp(form, 'dgim'));
const literals = new RegExp(literal, 'dgim');

const worthALook = /passw|passphrase|pwd|pw\b|secret|token|key|credential|:\/\/|eyJ/i;

/** The positions of what is named as a secret, or has the form of one, unordered. */
export function namedSecrets(text: string): SecretSpan[] {
  return worthALook.test(text) ? forms.flatMap((form) => spansOf(form, text)) : [];
}

/** The positions of possible secrets, ordered and without overlap: the named ones and everything in a list with one. */
export function secretSpans(text: string): SecretSpan[] {
  if (!worthALook.test(text)) {
    return [];
  }
  const found = [
    ...namedSecrets(text),
    ...lists.flatMap((list) =>
      spansOf(list, text).flatMap(({ from, to }) =>
        [...text.slice(from, to).matchAll(literals)].map(({ index, 0: whole }) => ({
          from: from + index,
          to: from + index + whole.length,
        })),
      ),
    ),
  ];
  const spans: SecretSpan[] = [];
  for (const span of found.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = spans.at(-1);
    if (last !== undefined && span.from < last.to) {
      last.to = Math.max(last.to, span.to);
    } else if (span.from < span.to) {
      spans.push({ ...span });
    }
  }
  return spans;
}

function spansOf(form: RegExp, text: string): SecretSpan[] {
  return [...text.matchAll(form)].flatMap(({ indices }) => {
    const span = indices?.groups?.['secret'];
    return span === undefined ? [] : [{ from: span[0], to: span[1] }];
  });
}
