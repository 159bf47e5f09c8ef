import type { WireAnswer, WireResponse } from '@millrace/platform-http';
import fc from 'fast-check';

import { CONTEXT, createRecord } from '../testing/conformance';
import { webhook } from '../webhook/webhook.destination';
import { cutWireBatches } from './cut-wire-batches';
import { readFailureStatus } from './read-status';
import { requestKeyOf } from './request-key';
import { sendWireBatch } from './send-wire-batch';

const item = (id: string, bytes: number) => ({ record: createRecord(id), encoded: 'x'.repeat(bytes) });

describe('cutWireBatches', () => {
  it('keeps order, loses nothing and stays within both limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (sizes, maxRecords, maxBytes) => {
          const items = sizes.map((size, index) => item(String(index), size));
          const { batches, tooLarge } = cutWireBatches(items, { maxRecords, maxBytes });
          expect(tooLarge).toEqual(items.filter(({ encoded }) => encoded.length > maxBytes));
          expect(batches.flat()).toEqual(items.filter(({ encoded }) => encoded.length <= maxBytes));
          for (const batch of batches) {
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(maxRecords);
            expect(batch.reduce((sum, { encoded }) => sum + encoded.length, 0)).toBeLessThanOrEqual(maxBytes);
          }
        },
      ),
    );
  });

  it('counts bytes of UTF-8, not characters', () => {
    const wide = { record: createRecord('a'), encoded: 'ü' };
    expect(cutWireBatches([wide], { maxRecords: 1, maxBytes: 1 }).tooLarge).toEqual([wide]);
  });
});

describe('readFailureStatus', () => {
  it.each([
    [429, {}, { kind: 'throttled', waitMs: 10_000 }],
    [429, { 'retry-after': '120' }, { kind: 'throttled', waitMs: 120_000 }],
    [429, { 'retry-after': 'Mon, 05 Jan 2026 07:00:30 GMT' }, { kind: 'throttled', waitMs: 30_000 }],
    [429, { 'retry-after': 'Mon, 05 Jan 2026 06:00:00 GMT' }, { kind: 'throttled', waitMs: 0 }],
    [429, { 'retry-after': '259200' }, { kind: 'throttled', waitMs: 3 * 86_400_000 }],
    [429, { 'retry-after': 'soon' }, { kind: 'throttled', waitMs: 10_000 }],
    [503, { 'retry-after': '0' }, { kind: 'throttled', waitMs: 0 }],
    [529, { 'retry-after': '7' }, { kind: 'throttled', waitMs: 7_000 }],
    [503, {}, { kind: 'retryable' }],
    [500, { 'retry-after': '7' }, { kind: 'retryable' }],
    [403, { 'retry-after': '7' }, { kind: 'paused' }],
    [308, {}, { kind: 'paused' }],
  ] as const)('reads %i with %j', (status, headers, expected) => {
    const response = { status, headers, body: '', isCut: false, receivedAt: Date.UTC(2026, 0, 5, 7) };
    expect(readFailureStatus(response)).toMatchObject(expected);
  });
});

describe('requestKeyOf', () => {
  it('is the same for the same records and another for a part of them', () => {
    const items = [item('a', 1), item('b', 1)];
    expect(requestKeyOf(items)).toBe(requestKeyOf([item('a', 9), item('b', 9)]));
    expect(requestKeyOf(items)).not.toBe(requestKeyOf(items.slice(0, 1)));
  });
});

describe('sendWireBatch', () => {
  const settings = webhook.settings.parse({
    url: 'https://x.test',
    secret: 'a shared secret of length',
    ack: 'status',
  });
  const response = (status: number, more: Partial<WireResponse> = {}): WireAnswer => ({
    kind: 'response',
    response: { status, headers: {}, body: 'words', receivedAt: 0, ...more },
  });

  it.each<[string, WireAnswer, object]>([
    ['a success', response(200), { kind: 'records' }],
    ['a success that was cut', response(200, { isCut: true }), { kind: 'unknown' }],
    ['a 429 that was cut', response(429, { isCut: true }), { kind: 'throttled', detail: 'HTTP 429: words' }],
    ['no turn', { kind: 'held', waitMs: 7, detail: 'used up' }, { kind: 'throttled', waitMs: 7, detail: 'used up' }],
    ['nobody there', { kind: 'failure', wasSent: false, isForbidden: false, detail: '' }, { kind: 'unreachable' }],
    [
      'an address that is forbidden',
      { kind: 'failure', wasSent: false, isForbidden: true, detail: '' },
      { kind: 'paused' },
    ],
    ['silence', { kind: 'failure', wasSent: true, isForbidden: false, detail: '' }, { kind: 'unknown' }],
  ])('reads %s', async (_what, answer, expected) => {
    const { reading } = await sendWireBatch(webhook, settings, [item('a', 1)], CONTEXT, () => Promise.resolve(answer));
    expect(reading).toMatchObject(expected);
  });
});
