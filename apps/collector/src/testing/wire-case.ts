/** One case of `http/fixtures/wire.json`. A request in words is written out by its spec. */
export interface WireCase {
  readonly id: string;
  readonly why: string;
  readonly repeat_after_s?: number;
  readonly request: { readonly path: string; readonly json: object } | string;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** The instants that templates are counted from: this sending and the first one. */
export interface Clock {
  readonly now: number;
  readonly first: number;
}

/**
 * A value with its templates filled: `{iso:-30}` and `{ms:-30}` are 30 s before this sending, `{fixed:-30}` before the
 * first one, `{key}` is the write key.
 */
export function fillTemplates(value: unknown, clock: Clock, key: string): unknown {
  const text = JSON.stringify(value)
    .replace(/"\{ms:([+-]?\d+)\}"/g, (_all, seconds: string) => String(clock.now + Number(seconds) * 1_000))
    .replace(/\{iso:([+-]?\d+)\}/g, (_all, seconds: string) => isoOf(clock.now, seconds))
    .replace(/\{fixed:([+-]?\d+)\}/g, (_all, seconds: string) => isoOf(clock.first, seconds))
    .replaceAll('{key}', key);
  return JSON.parse(text);
}

const isoOf = (from: number, seconds: string): string => new Date(from + Number(seconds) * 1_000).toISOString();
