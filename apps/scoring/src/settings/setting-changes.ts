/** A setting that is not what it was. A value that is not there is undefined. */
export interface SettingChange {
  /** Keys joined by dots; items of a list by their place, such as `rules.3.weight`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Every leaf that differs between two settings, in the order of their keys. */
export function settingChanges(before: unknown, after: unknown, path = ''): SettingChange[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => settingChanges(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return Object.is(before, after) || JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ path, from: before, to: after }];
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** The first `most` changes as text: "weights.demo_requested 14 -> 20". */
export function changesInWords(changes: readonly SettingChange[], most = 5): string {
  const words = changes.slice(0, most).map(({ path, from, to }) => `${path} ${shown(from)} -> ${shown(to)}`);
  return [...words, ...(changes.length > most ? [`and ${changes.length - most} more`] : [])].join(', ');
}
