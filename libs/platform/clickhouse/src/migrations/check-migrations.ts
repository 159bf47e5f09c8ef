import { readMigrations } from './migration-file';
import { splitStatements } from './migration-sql';

const VERBS = 'create add alter drop rename modify replace widen backfill index remove set'.split(' ');
const KEYWORDS =
  /\b(SELECT|FROM|WHERE|CREATE|TABLE|VIEW|ALTER|ADD|DROP|COLUMN|ENGINE|ORDER|GROUP|BY|PARTITION|PRIMARY|KEY|COMMENT|IF|NOT|EXISTS|TTL|SETTINGS|INSERT|INTO|JOIN|UNION|AS|AND|OR|DEFAULT|MATERIALIZED|WITH|ON|CLUSTER|INTERVAL)\b/;
/** What may run twice. What is set again to what it is stays as it is. */
const REPEATABLE = [
  /\bif (not )?exists\b/,
  /^create or replace\b/,
  /^alter table \S+ (\S+ )?modify (setting|ttl|column|comment)\b/,
];
const NOT_A_COLUMN = /^(index|constraint|projection|primary key)\b/i;

/**
 * What a service's migrations must keep to, as a list of problems for a spec: `expect(checkMigrations(dir)).toEqual([])`.
 * Dense numbers, verb first, lowercase keywords, repeatable statements, one set for every topology, and a COMMENT on
 * every table and column.
 */
export function checkMigrations(directory: string): readonly string[] {
  return readMigrations(directory).flatMap((file) => {
    const verb = file.name.split('_')[1] ?? '';
    const naming = VERBS.includes(verb) ? [] : [`"${verb}" is not a verb of migrations (${VERBS.join(', ')})`];
    const problems = splitStatements(file.text).flatMap((statement) => checkStatement(statement));
    return [...naming, ...problems].map((problem) => `${file.name}: ${problem}`);
  });
}

function checkStatement(statement: string): string[] {
  const sql = withoutComments(statement);
  const bare = withoutStrings(sql);
  const words = bare.replace(/\s+/g, ' ').trim().toLowerCase();
  const title = words.split(' ').slice(0, 6).join(' ');
  const problems: string[] = [];
  const keyword = KEYWORDS.exec(bare)?.[1];
  if (keyword !== undefined) problems.push(`keyword ${keyword} is not lowercase`);
  if (!REPEATABLE.some((form) => form.test(words))) {
    problems.push(`"${title}" cannot be repeated: use if not exists, if exists or create or replace`);
  }
  if (/^(create|alter|drop|rename)\b/.test(words) && !words.includes('{{on_cluster}}')) {
    problems.push(`"${title}" has no {{on_cluster}}`);
  }
  if (/\bengine\s*=?\s*\w*mergetree\b/.test(words) && !/\{\{engine \w*mergetree/.test(words)) {
    problems.push(`"${title}" names its engine without {{engine ...}}`);
  }
  if (/^create table\b/.test(words)) problems.push(...checkTable(sql, title));
  else if (/^create (or replace )?(materialized )?view\b/.test(words) && !/\bcomment\s+'/i.test(sql)) {
    problems.push(`"${title}" has no comment`);
  } else if (/\badd column\b/.test(words) && !/\bcomment\s+'[^']/i.test(sql)) {
    problems.push(`"${title}" adds a column without a comment`);
  }
  return problems;
}

function checkTable(sql: string, title: string): string[] {
  const open = sql.indexOf('(');
  const close = closingParenthesis(sql, open);
  if (open < 0 || close < 0) return [`"${title}" has no list of columns`];
  const problems = topLevelParts(sql.slice(open + 1, close))
    .filter((column) => !NOT_A_COLUMN.test(column) && !/\bcomment\s+'[^']/i.test(column))
    .map((column) => `column ${column.split(/\s+/)[0]} of "${title}" has no comment`);
  if (!/\bcomment\s+'[^']/i.test(sql.slice(close))) problems.push(`"${title}" has no comment`);
  return problems;
}

function withoutComments(sql: string): string {
  return sql.replace(/^\s*--.*$/gm, '').replace(/\s--\s[^'\n]*$/gm, '');
}

function withoutStrings(sql: string): string {
  return sql.replace(/'(?:[^'\\]|\\.|'')*'/g, "''");
}

/** Index of the parenthesis that closes the one at `open`, strings skipped; -1 when there is none. */
function closingParenthesis(sql: string, open: number): number {
  let depth = 0;
  for (const { character, index } of outsideStrings(sql)) {
    if (index < open) continue;
    if (character === '(') depth++;
    if (character === ')' && --depth === 0) return index;
  }
  return -1;
}

function topLevelParts(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { character, index } of outsideStrings(list)) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(list.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(list.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function* outsideStrings(sql: string): Generator<{ character: string; index: number }> {
  let inString = false;
  for (let index = 0; index < sql.length; index++) {
    const character = sql.charAt(index);
    if (inString && character === '\\') index++;
    else if (character === "'") inString = !inString;
    else if (!inString) yield { character, index };
  }
}
