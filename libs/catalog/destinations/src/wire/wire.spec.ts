import type { DeliveryRecord, FieldValue, Outcome } from '@millrace/contract-delivery';
import type { Account, WireAnswer, WireRequest, WireResponse } from '@millrace/platform-http';
import fc from 'fast-check';

import { template } from '../_template/template.destination';
import { shapeOf, type Destination, type Reading, type RecordOutcome, type Route, type Tools } from '../destination';
import { CONTEXT, createRecord, NO_SINK } from '../testing/conformance';
import { createTools } from './create-tools';
import { cutWireBatches } from './cut-wire-batches';
import { deliverBatch } from './deliver-batch';
import { readAnswer } from './read-answer';
import { readFailureStatus } from './read-status';
import { requestKeyOf } from './request-key';

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

describe('readAnswer', () => {
  const response = (status: number, more: Partial<WireResponse> = {}): WireAnswer => ({
    kind: 'response',
    response: { status, headers: {}, body: 'words', receivedAt: 0, ...more },
  });
  const read = (answer: WireAnswer) =>
    readAnswer<Reading>(answer, (given) => readFailureStatus(given) ?? { kind: 'records', outcomes: [] });

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
  ])('reads %s', (_what, answer, expected) => {
    expect(read(answer)).toMatchObject(expected);
  });
});

describe('deliverBatch', () => {
  const records = ['ann', 'bob'].map(createRecord);
  const batch = { items: records.map((record) => ({ record, encoded: '' })), context: CONTEXT };
  const deliver = (route: Partial<Route>, readBack?: Destination['readBack']) => {
    const tools = { signal: new AbortController().signal } as Tools;
    const destination = { ...template, ...(readBack === undefined ? {} : { readBack }) };
    return deliverBatch(destination, route as Route, batch, {}, tools);
  };
  const outcome = (record_id: string, word: Outcome): RecordOutcome => ({ record_id, outcome: word, detail: word });

  it('looks up only what is unknown, by the route where it can', async () => {
    const asked: string[][] = [];
    const reading = await deliver({
      deliver: () =>
        Promise.resolve({ kind: 'records', outcomes: [outcome('ann', 'rejected'), outcome('bob', 'unknown')] }),
      reconcile: ({ items }) => {
        asked.push(items.map(({ record }) => record.record_id));
        return Promise.resolve({ kind: 'records', outcomes: [outcome('bob', 'accepted')] });
      },
    });
    expect(asked).toEqual([['bob']]);
    expect(reading).toMatchObject({ outcomes: [{ outcome: 'rejected' }, { outcome: 'accepted' }] });
  });

  it.each<[string, Record<string, FieldValue>, Outcome]>([
    ['equal on the fields that were sent', { lead_score: '72', topics: 'a;b', other: 1 }, 'accepted'],
    ['another value', { lead_score: 71, topics: 'a;b' }, 'unknown'],
    ['a list without one of its items', { lead_score: 72, topics: 'a' }, 'unknown'],
    ['nothing there', {}, 'unknown'],
  ])('takes a read-back: %s', async (_name, values, expected) => {
    const sent = {
      ...batch.items[0]?.record,
      fields: { lead_score: 72, region: null, topics: ['a', 'b'] },
    } as DeliveryRecord;
    const reading = await deliverBatch(
      {
        ...template,
        readBack: ([key = '']) =>
          Promise.resolve({ kind: 'values', records: [{ match_key: key, values: { region: '', ...values } }] }),
      },
      { deliver: () => Promise.resolve({ kind: 'unknown', detail: 'silence' }) } as unknown as Route,
      { ...batch, items: [{ record: sent, encoded: '' }] },
      {},
      { signal: new AbortController().signal } as Tools,
    );
    expect(reading).toMatchObject({ outcomes: [{ outcome: expected }] });
  });
});

describe('shapeOf', () => {
  it('takes an object for one of the others only where it has such a name', () => {
    const known = { of: ['person'], match: ['email'], modes: ['update'], fields: {} } as const;
    const objects = { Lead: known, '*': { ...known, names: { pattern: /^\w+__c$/, inWords: 'a name with __c' } } };
    expect(shapeOf({ objects }, 'Lead')).toBe(known);
    expect(shapeOf({ objects }, 'Score__c')).toBe(objects['*']);
    for (const name of ['Opportunity', 'a/b__c', 'constructor']) expect(shapeOf({ objects }, name)).toBeUndefined();
    expect(shapeOf({ objects: { '*': known } }, 'anything')).toBe(known);
  });
});

describe('createTools', () => {
  it('sends the first call in the turn it was given and releases it, and the others in turns of their own', async () => {
    const taken: string[] = [];
    const account = {
      request: () => Promise.resolve((taken.push('own'), { kind: 'held', waitMs: 0, detail: '' })),
      requestIn: () => Promise.resolve((taken.push('given'), { kind: 'held', waitMs: 0, detail: '' })),
    } as unknown as Account;
    const turn = { count: () => undefined, release: () => taken.push('released') };
    const tools = createTools({ account, sink: NO_SINK, now: () => 0, signal: new AbortController().signal, turn });
    const request: WireRequest = { method: 'GET', url: 'https://x.test', headers: {}, body: '' };
    await tools.request(request);
    await tools.request(request);
    expect(taken).toEqual(['given', 'released', 'own']);
  });
});
