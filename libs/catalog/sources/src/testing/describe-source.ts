import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
  hasIdentity,
  isInstanceName,
  QUARANTINE_REASONS,
  SIGNAL_FIELDS,
  signalType,
  type QuarantineReason,
  type Signal,
} from '@millrace/contract-signal';
import fc from 'fast-check';

import { ROW_REASONS, type RowReason } from '../row-reasons';
import type { MapContext, Mapped, Source } from '../source';
import { readable, readFixtures, type SourceFixture } from './fixtures';

const LONGEST_README_LINES = 20;
/** Letters of scripts without case, and marks, belong to words. */
const SNAKE_CASE = /^[\p{L}\p{N}\p{M}_]+$/u;

/** Settings that the type requires, such as secrets; what a fixture says goes over them. */
export type UsualSettings = Readonly<Record<string, unknown>>;

/**
 * What every source must hold to, of whatever kind. Call the suite of the kind from the source's spec with `__dirname`: it calls
 * this one.
 */
export function describeMapping(source: Source, folder: string, usual: UsualSettings): void {
  const contextOf = (example: SourceFixture): MapContext<unknown> => ({
    instance: 'website',
    receivedAt: Date.parse(example.received_at),
    sentAt: example.sent_at === null ? null : Date.parse(example.sent_at),
    settings: source.settings.parse({ ...usual, ...example.settings }),
  });

  it('is named like its folder and has a title and a README', () => {
    expect(source.type).toBe(basename(folder).replace(/^_/, ''));
    expect(isInstanceName(source.type)).toBe(true);
    expect(source.title).not.toBe('');
    expect(source.gives).not.toEqual([]);
    const readme = join(folder, 'README.md');
    expect(existsSync(readme)).toBe(true);
    expect(readFileSync(readme, 'utf8').split('\n').length).toBeLessThanOrEqual(LONGEST_README_LINES);
  });

  it('takes its settings and refuses unknown ones', () => {
    expect(source.settings.safeParse(usual).success).toBe(true);
    expect(source.settings.safeParse({ ...usual, no_such_setting: 1 }).success).toBe(false);
  });

  it.each(readFixtures(folder, 'ok'))('maps: $title', (example) => {
    const mapped = source.map(example.raw, contextOf(example));
    const expected = [example.expect].flat();
    expect(mapped.map(shown)).toMatchObject(expected.map((one) => ('fate' in one ? one : { fate: 'signal', ...one })));
  });

  it.each(readFixtures(folder, 'not-ok'))('does not map: $title', (example) => {
    const [result, ...more] = source.map(example.raw, contextOf(example));
    expect(more).toEqual([]);
    const { detail, ...exact } = [example.expect].flat()[0] ?? {};
    expect(result).toMatchObject(exact);
    expect(['drop', 'quarantine']).toContain(result?.fate);
    if (detail !== undefined) expect(result).toHaveProperty('detail', expect.stringContaining(String(detail)));
  });

  it('is pure: the same record twice gives the same result and is left alone', () => {
    for (const example of [...readFixtures(folder, 'ok'), ...readFixtures(folder, 'not-ok')]) {
      const before = JSON.stringify(example.raw);
      const first = source.map(example.raw, contextOf(example));
      expect(source.map(example.raw, contextOf(example))).toEqual(first);
      expect(JSON.stringify(example.raw)).toBe(before);
    }
  });

  it('never throws and never makes what cannot be encoded, whatever comes in', () => {
    const examples = readFixtures(folder, 'ok');
    const context = contextOf(examples[0] as SourceFixture);
    // Words that every object has a property of, too: a table may be asked for them.
    const value = fc.oneof(
      fc.jsonValue({ stringUnit: 'grapheme' }),
      fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)),
    );
    const mutated = fc
      .tuple(fc.constantFrom(...examples), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), fc.string(), value)
      .map(([example, path, key, other]) => ({ ...(mutate(example.raw, path, other) as object), [key]: other }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated), (raw) => {
        for (const result of source.map(raw, context)) expectMapped(source, result, context);
      }),
      { numRuns: 500 },
    );
  });
}

/** The value with one at some depth replaced: `path` says which key at each depth, or that it ends before. */
function mutate(value: unknown, [at, ...path]: readonly number[], other: unknown): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (at === undefined || keys.length === 0) return other;
  const key = keys[at % keys.length] as string;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = mutate(copy[key], path, other);
  return copy;
}

/** A record as fixtures write it: fields of a signal, person or account beside its fate, times readable. */
function shown(result: Mapped<QuarantineReason | RowReason>): object {
  if (result.fate === 'signal') return { fate: 'signal', ...readable(result.signal) };
  if (result.fate === 'person') return { fate: 'person', ...result.person };
  if (result.fate === 'account') return { fate: 'account', ...result.account };
  return result;
}

function expectMapped(
  source: Source,
  result: Mapped<QuarantineReason | RowReason>,
  context: MapContext<unknown>,
): void {
  if (result.fate === 'signal') {
    expect(source.gives).toContain('signals');
    expectSignal(result.signal, context);
  } else if (result.fate === 'person') {
    expect(source.gives).toContain('people');
    expect(result.person.person_id).not.toBe('');
  } else if (result.fate === 'account') {
    expect(source.gives).toContain('accounts');
    expect(result.account.account_id).not.toBe('');
  } else {
    expect(result.reason).not.toBe('');
    if (result.fate === 'quarantine')
      expect(source.kind === 'file' ? ROW_REASONS : QUARANTINE_REASONS).toContain(result.reason);
  }
}

function expectSignal(signal: Signal, { instance, receivedAt }: MapContext<unknown>): void {
  expect(Object.keys(signal).sort()).toEqual([...SIGNAL_FIELDS].sort());
  expect(signal.source).toBe(instance);
  expect(signal.received_at).toBe(receivedAt);
  expect(signal.signal_id).not.toBe('');
  expect(signal.type).toMatch(SNAKE_CASE);
  expect(signal.type).toBe(signal.type.toLowerCase());
  expect(hasIdentity(signal)).toBe(true);
  expect(signalType.fromBuffer(signalType.toBuffer(signal))).toMatchObject({ signal_id: signal.signal_id });
}
