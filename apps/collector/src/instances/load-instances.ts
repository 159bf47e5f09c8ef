import { SOURCES, type Source } from '@millrace/catalog-sources';
import { inspectPart, type Environment, type Redact } from '@millrace/platform-config';
import { namesInWords } from '@millrace/platform-errors';
import { inspect, readSettings, settingsError, type Problem, type SettingsText } from '@millrace/platform-settings';

import { DIRECT, instancesFileSchema, type StreamSchedule } from './instances-file';

/** A configured source: it names its topic, and its type says how its records come in. */
export interface Instance {
  readonly name: string;
  readonly type: string;
  /** Null: others write its topic. */
  readonly source: Source | null;
  /** Checked by the type, secrets in place. */
  readonly settings: unknown;
  /** Takes its secrets out of a text. */
  readonly redact: Redact;
  /** Of a type that polls: when streams are asked that the type does not know best. */
  readonly streams: Readonly<Record<string, StreamSchedule>>;
  readonly history: boolean;
}

const ADVICE = 'Correct the lines named; config/sources.yaml is an example';

/** Reads all files of sources; they are joined. Throws ConfigError with every mistake of a file, each with its line. */
export function loadInstances(files: readonly string[], env?: Environment): readonly Instance[] {
  const known = new Map<string, string>();
  return files.flatMap((file) => instancesOf(readSettings(file, 'Set SOURCES_FILES to files'), known, env));
}

function instancesOf(text: SettingsText, known: Map<string, string>, env?: Environment): Instance[] {
  const { data, problems } = inspect(instancesFileSchema, text.value);
  if (data === undefined) throw settingsError(text, problems, { advice: ADVICE });
  const checked = data.sources.map((entry, index) => {
    const path = ['sources', index];
    const found: Problem[] = [];
    const at = known.get(entry.name);
    if (at !== undefined) found.push({ path: [...path, 'name'], message: `"${entry.name}" stands at ${at} too` });
    known.set(entry.name, text.locate([...path, 'name']));
    const named = Object.hasOwn(SOURCES, entry.type) ? SOURCES[entry.type] : undefined;
    const source = entry.type === DIRECT ? null : named;
    if (source === undefined) {
      const types = namesInWords(entry.type, [...Object.keys(SOURCES), DIRECT]);
      return {
        found: [...found, { path: [...path, 'type'], message: `"${entry.type}" is not a type: there is ${types}` }],
      };
    }
    found.push(...streamProblems(entry.streams, source, [...path, 'streams']));
    if (source === null) {
      if (Object.keys(entry.settings).length > 0)
        found.push({ path: [...path, 'settings'], message: `nothing of type ${DIRECT} has settings` });
      return { found, instance: { ...entry, source, redact: (one: string) => one } };
    }
    const part = inspectPart(text, {
      schema: source.settings,
      value: entry.settings,
      path: [...path, 'settings'],
      env,
    });
    return {
      found: [...found, ...part.problems],
      instance: { ...entry, source, settings: part.data, redact: part.redact },
    };
  });
  const all = checked.flatMap(({ found }) => found);
  if (all.length > 0) throw settingsError(text, all, { advice: ADVICE });
  return checked.flatMap(({ instance }) => (instance === undefined ? [] : [instance]));
}

function streamProblems(
  streams: Readonly<Record<string, StreamSchedule>>,
  source: Source | null,
  path: readonly PropertyKey[],
): Problem[] {
  const known = source?.kind === 'poll' ? Object.keys(source.streams) : [];
  return Object.keys(streams)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: [...path, name],
      message: known.length === 0 ? 'only a type that polls has streams' : `there is ${namesInWords(name, known)}`,
    }));
}

/** Injects the configured instances. */
export const INSTANCES = Symbol('INSTANCES');

/** Whether it has a topic of signals; what only tells of people or accounts has none. */
export const hasSignals = ({ source }: Instance): boolean => source === null || source.gives.includes('signals');

/** Names of the instances that have a topic of signals. */
export const signalSourcesOf = (instances: readonly Instance[]): string[] =>
  instances.filter(hasSignals).map(({ name }) => name);

/** Whether write keys may name it. */
export const takesWriteKeys = ({ source }: Instance): boolean =>
  source?.kind === 'http' && source.routes.some(({ auth }) => auth === 'write_key');
