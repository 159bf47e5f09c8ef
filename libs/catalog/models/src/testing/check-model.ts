import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { z } from 'zod';

import type { Model } from '../model/define-model';
import { pieceProblems } from '../model/pieces';
import { scheduleOf } from '../model/schedule-settings';

const NAME = /^[a-z][a-z0-9_]*$/;
const UPPER_KEYWORD = /\b(SELECT|FROM|WHERE|GROUP|ORDER|JOIN|UNION|INSERT|WITH|LIMIT|HAVING)\b/;

/**
 * What every model keeps to, as a list of problems for a spec: `expect(checkModel(model)).toEqual([])`. Names, defaults
 * that hold, a JSON Schema that can be written, SQL that states its grain and builds no strings, a README.
 */
export function checkModel(model: Model): string[] {
  const problems: string[] = [];
  const check = (isFine: boolean, problem: string): void => void (isFine || problems.push(`${model.name}: ${problem}`));
  check(NAME.test(model.name), 'its name is not snake_case');
  check(Number.isSafeInteger(model.version) && model.version > 0, 'its version is no positive whole number');
  check(model.grain.length > 0 && model.description.length > 0, 'grain and description must be said');
  const inputs = Object.values(model.inputs(model.settings.parse({})));
  check(inputs.length > 0, 'it has no inputs');
  check(
    (model.kind === 'score') === hasSchedule(model),
    'a score has a schedule among its settings and a rollup has none',
  );
  check(model.settings.safeParse({}).success, 'its settings have no defaults: {} must parse');
  check(canDescribe(model.settings), 'its settings cannot be written as JSON Schema');
  check(existsSync(join(model.folder, 'README.md')), 'it has no README.md');
  problems.push(...pieceProblems(model));
  const fragments = Object.values(model.fragments ?? {}).filter((path) => existsSync(path));
  const files = filesOf(model).map((file) => resolve(model.folder, file));
  for (const path of new Set([...files, ...fragments])) problems.push(...checkSql(model, path));
  return problems;
}

function checkSql(model: Model, path: string): string[] {
  const file = relative(model.folder, path);
  if (!existsSync(path)) return [`${model.name}: ${file} does not exist`];
  const sql = readFileSync(path, 'utf8');
  const code = sql.replace(/--.*$/gm, '').replace(/'(?:[^'\\]|\\.|'')*'/g, "''");
  const problems: string[] = [];
  if (!/^-- Grain: /.test(sql)) problems.push('does not begin with its grain');
  if (UPPER_KEYWORD.test(code)) problems.push('has keywords that are not lowercase');
  if (/\$\{|%s|\?\?/.test(code)) problems.push('builds SQL from strings: bind parameters as {name: Type}');
  if (/\bnow(64)?\(|\btoday\(|\brand\w*\(|\bgenerateUUID/.test(code)) problems.push('reads a clock or a random number');
  if (/\b(any|groupUniqArray|topK|uniq|quantile)\(/.test(code) && !/arraySort|count\(\) = 1/.test(code)) {
    problems.push('uses an aggregate whose result depends on the order of rows');
  }
  return problems.map((problem) => `${model.name}: ${file} ${problem}`);
}

function hasSchedule(model: Model): boolean {
  const { data } = model.settings.safeParse({});
  return typeof data === 'object' && data !== null && scheduleOf(data) !== null;
}

/** Every SQL file that a model names, apart from its migrations. */
function filesOf(model: Model): string[] {
  const named = (files: readonly (string | undefined)[]): string[] => files.filter((file) => file !== undefined);
  if (model.kind === 'rollup') return named([...model.build.map(({ sql }) => sql), model.counts?.sql]);
  const steps = [...(model.stage ?? []), ...model.score];
  return named([
    ...steps.map((step) => ('sql' in step ? step.sql : undefined)),
    model.events?.sql,
    model.names,
    model.chunks,
    ...Object.values(model.checks ?? {}),
    model.explain?.remarks?.sql,
  ]);
}

function canDescribe(schema: z.ZodType): boolean {
  try {
    z.toJSONSchema(schema, { io: 'input' });
    return true;
  } catch {
    return false;
  }
}
