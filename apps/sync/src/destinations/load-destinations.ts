import { destinationOfKind, DESTINATIONS, type Destination } from '@millrace/catalog-destinations';
import { PUBLISHED } from '@millrace/catalog-models/published';
import { inspectPart, type Environment, type Redact } from '@millrace/platform-config';
import { namesInWords } from '@millrace/platform-errors';
import { inspect, parseSettingsText, readSettings, settingsError, type Problem } from '@millrace/platform-settings';
import type { SettingsText } from '@millrace/platform-settings';

import { loadProblems } from '../loads/load-problems';
import { destinationsFileSchema, mappingOf, type DestinationEntry } from './destination-file';
import { objectProblems } from './object-problems';
import { mappingProblems, type PublishedByModel } from './published-fields';

/** A destination of the file with its kind's functions and its settings, checked and with secrets in place. */
export interface ConfiguredDestination {
  readonly entry: DestinationEntry;
  readonly destination: Destination;
  readonly settings: unknown;
  /** Takes its secrets out of what it answers. */
  readonly redact: Redact;
}

const ADVICE = 'Correct the lines named; config/destinations holds an example';

/** Reads the destinations file (YAML or JSON). Disabled destinations are left out. An empty path means none. */
export function loadDestinations(path: string, env?: Environment): readonly ConfiguredDestination[] {
  return path === '' ? [] : checkDestinations(readSettings(path, 'Set SYNC_DESTINATIONS_FILE to a file'), env);
}

export const parseDestinations = (
  text: string,
  path: string,
  env?: Environment,
  published?: PublishedByModel,
): readonly ConfiguredDestination[] => checkDestinations(parseSettingsText(text, path), env, published);

/** Everything that is wrong with the file is raised at once: shape, kinds, their settings, and where fields come from. */
function checkDestinations(
  text: SettingsText,
  env?: Environment,
  published?: PublishedByModel,
): readonly ConfiguredDestination[] {
  const { data, problems } = inspect(destinationsFileSchema, text.value);
  const checked = entriesOf(text.value).map((entry, index) =>
    checkEntry(text, entry, ['destinations', index], env, published),
  );
  const beyondShape = data?.destinations.flatMap((entry, index) =>
    settingsProblems(entry, checked[index]?.settings, ['destinations', index]),
  );
  const all = [...problems, ...checked.flatMap((one) => one.problems), ...(beyondShape ?? [])];
  if (data === undefined || all.length > 0) {
    throw settingsError(text, all, { code: 'DESTINATION_INVALID', advice: ADVICE });
  }
  return data.destinations.flatMap((entry, index) => {
    const { settings, redact } = checked[index] ?? {};
    if (!entry.enabled || redact === undefined) return [];
    return [{ entry, destination: destinationOfKind(entry.kind), settings, redact }];
  });
}

/** What a kind can only say of a mapping once it knows the settings. */
function settingsProblems(entry: DestinationEntry, settings: unknown, path: readonly PropertyKey[]): Problem[] {
  const destination = DESTINATIONS.find(({ kind }) => kind === entry.kind);
  if (destination?.mappingProblem === undefined || settings === undefined) return [];
  const { mappingProblem } = destination;
  const targets = Object.entries(entry.urgent).flatMap(([subject, target]) =>
    target === undefined ? [] : [{ target, at: [...path, 'urgent', subject] }],
  );
  const written = [
    ...entry.objects.map((mapping, index) => ({ ...mapping, at: [...path, 'objects', index] })),
    ...targets.map(({ target, at }) => ({ ...target, mode: mappingOf(entry, target.object)?.mode ?? 'update', at })),
  ];
  return written.flatMap(({ object, match, mode, at }) => {
    const message = mappingProblem(settings, { object, match, mode });
    return message === null ? [] : [{ path: at, message }];
  });
}

interface RawEntry {
  readonly kind?: unknown;
  readonly enabled?: unknown;
  readonly settings?: unknown;
  readonly objects?: unknown;
  readonly loads?: unknown;
}

/** The file may hold anything: what is not a list of mappings is for its schema to refuse. */
function entriesOf(value: unknown): RawEntry[] {
  const list = (value as { destinations?: unknown } | null)?.destinations;
  return Array.isArray(list)
    ? list.map((one: unknown) => (typeof one === 'object' && one !== null ? (one as RawEntry) : {}))
    : [];
}

/** Settings of a disabled destination are not looked at: its secrets may not be there. */
function checkEntry(
  text: SettingsText,
  entry: RawEntry,
  path: readonly PropertyKey[],
  env?: Environment,
  published?: PublishedByModel,
): { readonly problems: readonly Problem[]; readonly settings?: unknown; readonly redact?: Redact } {
  const { kind, enabled, settings, objects, loads } = entry;
  const mappings = Array.isArray(objects) ? objects : [];
  const problems = [
    ...mappings.flatMap((one, at) => mappingProblems(one, [...path, 'objects', at], published)),
    ...loadProblems({ kind, objects: mappings, loads }, [...path, 'loads']),
  ];
  if (typeof kind !== 'string') return { problems };
  const destination = DESTINATIONS.find((one) => one.kind === kind);
  if (destination === undefined) {
    const known = DESTINATIONS.map((one) => one.kind);
    const message = `there is no destination of kind "${kind}": there is ${namesInWords(kind, known)}`;
    return { problems: [...problems, { path: [...path, 'kind'], message }] };
  }
  problems.push(...objectProblems(destination, entry, path, published ?? PUBLISHED));
  if (enabled === false || typeof settings !== 'object' || settings === null) return { problems };
  const part = inspectPart(text, { schema: destination.settings, value: settings, path: [...path, 'settings'], env });
  return { problems: [...problems, ...part.problems], settings: part.data, redact: part.redact };
}
