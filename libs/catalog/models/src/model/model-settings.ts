import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { checkSettings, readSettings, type SettingsText } from '@millrace/platform-settings';
import type { z } from 'zod';

import type { Model } from './define-model';

export interface ParsedSettings<Settings> {
  readonly settings: Settings;
  /** What a file may say: without what the model borrows from others. */
  readonly own: object;
  /** Of the parsed settings with keys sorted: comments and layout do not change it. */
  readonly hash: string;
}

export interface ModelSettings<Settings> extends ParsedSettings<Settings> {
  /** The file they came from, or null when there is none and the defaults hold. */
  readonly file: string | null;
}

/** Reads `<directory>/<model>.yaml`; what it leaves out keeps its default. All problems are raised at once as a ConfigError. */
export function loadModelSettings<Definition extends Model>(
  model: Definition,
  directory: string,
): ModelSettings<z.output<Definition['settings']>> {
  const lent = borrowed(model, (lender) => loadModelSettings(lender, directory).settings);
  const path = join(directory, `${model.name}.yaml`);
  if (!existsSync(path))
    return { ...checkModelSettings(model, givenText(model, {}, 'the defaults'), lent), file: null };
  const text = readSettings(path);
  return { ...checkModelSettings(model, { ...text, value: text.value ?? {} }, lent), file: path };
}

const defaultsOf = (lender: Model): unknown => parseModelSettings(lender, {}, 'the defaults').settings;

/** Reads one file, wherever it lies. `lend` says what the model borrows. All problems are raised at once as a ConfigError. */
export function loadSettingsFile<Definition extends Model>(
  model: Definition,
  path: string,
  lend: (lender: Model) => unknown,
): ParsedSettings<z.output<Definition['settings']>> {
  const text = readSettings(path);
  return checkModelSettings(model, { ...text, value: text.value ?? {} }, borrowed(model, lend));
}

/** Checks settings that are already an object; what they borrow is at its defaults unless `lend` says otherwise. `origin` names them in errors. */
export function parseModelSettings<Definition extends Model>(
  model: Definition,
  given: unknown,
  origin: string,
  lend: (lender: Model) => unknown = defaultsOf,
): ParsedSettings<z.output<Definition['settings']>> {
  const lent = borrowed(model, lend);
  return checkModelSettings(model, givenText(model, given, origin), lent);
}

const givenText = (model: Model, given: unknown, origin: string): SettingsText => ({
  file: `The settings of ${model.name} in ${origin}`,
  value: given,
  locate: () => origin,
});

/** What the model takes from others; `settingsOf` reads theirs. */
function borrowed({ name, borrows = {} }: Model, settingsOf: (lender: Model) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(borrows).map(([key, lender]) => {
      const settings = settingsOf(lender) as Readonly<Record<string, unknown>>;
      if (!(key in settings)) throw new Error(`${name} borrows ${key} of ${lender.name}, which has no such setting`);
      return [key, settings[key]];
    }),
  );
}

function checkModelSettings<Definition extends Model>(
  model: Definition,
  text: SettingsText,
  lent: Readonly<Record<string, unknown>>,
): ParsedSettings<z.output<Definition['settings']>> {
  const advice = `Correct the lines named; config/models/${model.name}.schema.json lists what is allowed`;
  const own = checkSettings(text, model.settings, { advice }) as z.output<Definition['settings']>;
  const settings = { ...(own as object), ...lent } as z.output<Definition['settings']>;
  return { settings, own: own as object, hash: hashOf(settings) };
}

/** 16 hex characters of sha256 over JSON with sorted keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('hex').slice(0, 16);
}

function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${stableJson(member)}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value);
}
