import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { hasIdentity, QUARANTINE_REASONS, SIGNAL_FIELDS, signalType, type Signal } from '@millrace/contract-signal';
import fc from 'fast-check';
import type { z } from 'zod';

import type { MapContext, MapResult, SourceDefinition } from '../source';
import { readable, readFixtures, type SourceFixture } from './fixtures';

const LONGEST_README_LINES = 20;
/** Letters of scripts without case, and marks, belong to words. */
const SNAKE_CASE = /^[\p{L}\p{N}\p{M}_]+$/u;

/** What every source must hold to. Call it from the source's spec with `__dirname`. */
export function describeSource<Schema extends z.ZodType>(definition: SourceDefinition<Schema>, folder: string): void {
  const settings = (given: unknown): z.output<Schema> => definition.settings.parse(given);
  const contextOf = (example: SourceFixture): MapContext<z.output<Schema>> => ({
    source: 'website',
    receivedAt: Date.parse(example.received_at),
    sentAt: example.sent_at === null ? null : Date.parse(example.sent_at),
    settings: settings(example.settings),
  });

  describe(`the source ${definition.name} conforms`, () => {
    it('is named like its folder, goes to a signals topic and has a README', () => {
      expect(definition.name).toBe(basename(folder).replace(/^_/, ''));
      expect(definition.topic).toMatch(/^signals\.[a-z][a-z0-9_-]*\.v1$/);
      const readme = join(folder, 'README.md');
      expect(existsSync(readme)).toBe(true);
      expect(readFileSync(readme, 'utf8').split('\n').length).toBeLessThanOrEqual(LONGEST_README_LINES);
    });

    it('works without settings and refuses unknown ones', () => {
      expect(definition.settings.safeParse({}).success).toBe(true);
      expect(definition.settings.safeParse({ no_such_setting: 1 }).success).toBe(false);
    });

    it.each(readFixtures(folder, 'ok'))('maps: $title', (example) => {
      const result = definition.map(example.raw, contextOf(example));
      expect(result).toMatchObject({ fate: 'signal' });
      expect(result.fate === 'signal' ? readable(result.signal) : null).toMatchObject(example.expect);
    });

    it.each(readFixtures(folder, 'not-ok'))('does not map: $title', (example) => {
      const { detail, ...exact } = example.expect;
      const result = definition.map(example.raw, contextOf(example));
      expect(result).toMatchObject(exact);
      expect(result.fate).not.toBe('signal');
      if (detail !== undefined) expect(result).toHaveProperty('detail', expect.stringContaining(String(detail)));
    });

    it('is pure: the same record twice gives the same result and is left alone', () => {
      for (const example of [...readFixtures(folder, 'ok'), ...readFixtures(folder, 'not-ok')]) {
        const before = JSON.stringify(example.raw);
        const first = definition.map(example.raw, contextOf(example));
        expect(definition.map(example.raw, contextOf(example))).toEqual(first);
        expect(JSON.stringify(example.raw)).toBe(before);
      }
    });

    it('never throws and never makes what cannot be encoded, whatever comes in', () => {
      const examples = readFixtures(folder, 'ok');
      const context = contextOf(examples[0] as SourceFixture);
      const mutated = fc
        .tuple(fc.constantFrom(...examples), fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' }))
        .map(([example, key, value]) => {
          const keys = Object.keys(example.raw as object);
          const known = keys[key.length % keys.length] ?? key;
          return { ...(example.raw as object), [known]: value, [key]: value };
        });
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue(), mutated), (raw) => {
          const result = definition.map(raw, context);
          if (result.fate === 'signal') expectSignal(result.signal, context.source, context.receivedAt);
          else expectReason(result);
        }),
        { numRuns: 500 },
      );
    });
  });
}

function expectSignal(signal: Signal, source: string, receivedAt: number): void {
  expect(Object.keys(signal).sort()).toEqual([...SIGNAL_FIELDS].sort());
  expect(signal.source).toBe(source);
  expect(signal.received_at).toBe(receivedAt);
  expect(signal.signal_id).not.toBe('');
  expect(signal.type).toMatch(SNAKE_CASE);
  expect(signal.type).toBe(signal.type.toLowerCase());
  expect(hasIdentity(signal)).toBe(true);
  expect(signalType.fromBuffer(signalType.toBuffer(signal))).toMatchObject({ signal_id: signal.signal_id });
}

function expectReason(result: Exclude<MapResult, { fate: 'signal' }>): void {
  expect(result.reason).not.toBe('');
  if (result.fate === 'quarantine') expect(QUARANTINE_REASONS).toContain(result.reason);
}
