import type { WireResponse } from '@millrace/platform-http';
import fc from 'fast-check';

import type { Reading } from '../destination';
import { createRecord } from '../testing/conformance';
import type { Target, Way } from './hubspot-requests';
import { readRecords } from './read-records';
import { readRefusal } from './read-refusal';
import { readResults } from './read-results';

const UPSERT: Way = { object: 'contacts', mode: 'upsert', idProperty: 'email' };
const UPDATE: Way = { object: 'contacts', mode: 'update', idProperty: null };
const ZONE = { quota_reset_zone: 'America/New_York' };
const NOON_UTC = Date.UTC(2026, 0, 5, 12);

const answer = (body: unknown, status = 207, headers: Record<string, string> = {}): WireResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAt: NOON_UTC,
});
const targets: Target[] = ['ann', 'bob', 'cid'].map((id, at) => {
  const record = createRecord(id);
  return { record, encoded: '{}', id: at === 2 ? 'cid@example.com' : record.match_key };
});
const outcomesIn = (reading: Reading): string =>
  reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome).join() : reading.kind;

const result = (id: string, more: object = {}) => ({
  id: `51-${id}`,
  properties: { email: `${id}@example.com` },
  ...more,
});
const traced = (id: string, more: object = {}) => ({ id: `51-${id}`, objectWriteTraceId: `key-${id}`, ...more });
const error = (id: string, message = 'no', category = 'VALIDATION_ERROR', more: object = {}) => ({
  category,
  message,
  context: { ids: [`${id}@example.com`], ...more },
});
const done = (results: unknown, errors?: unknown) => ({ status: 'COMPLETE', results, ...(errors ? { errors } : {}) });

describe('readResults', () => {
  it.each([
    ['results by trace id', done([traced('ann'), traced('bob'), traced('cid')]), 'accepted,accepted,accepted'],
    [
      'results by e-mail, whatever its case',
      done([result('ANN'), result('bob'), result('Cid')]),
      'accepted,accepted,accepted',
    ],
    ['results that leave one out', done([traced('ann'), traced('cid')]), 'accepted,unknown,accepted'],
    ['results of strangers', done([traced('eve'), result('eve')]), 'unknown,unknown,unknown'],
    ['a result twice', done([traced('ann'), traced('ann')]), 'accepted,unknown,unknown'],
    [
      'a result whose names are of two records',
      done([traced('ann', { properties: { email: 'bob@example.com' } }), traced('cid')]),
      'unknown,unknown,accepted',
    ],
    [
      'a record among results and errors',
      done([traced('ann'), traced('bob')], [error('ann')]),
      'unknown,accepted,unknown',
    ],
    ['an error twice', done([], [error('ann'), error('ann')]), 'rejected,unknown,unknown'],
    ['a record named with different words', done([], [error('ann'), error('ann', 'other')]), 'unknown,unknown,unknown'],
    [
      'one error of several records',
      done([traced('cid')], [{ ...error('ann'), context: { ids: ['ann@example.com', 'BOB@example.com'] } }]),
      'rejected,rejected,accepted',
    ],
    [
      'an error by trace id only',
      done([], [{ ...error('ann'), context: { objectWriteTraceId: ['key-bob'] } }]),
      'unknown,rejected,unknown',
    ],
    ['an error that names nobody', done([traced('ann')], [{ message: 'no' }]), 'accepted,unknown,unknown'],
    [
      'what is not there where it would be made',
      done([], [error('ann', 'no', 'OBJECT_NOT_FOUND')]),
      'rejected,unknown,unknown',
    ],
    ['a quota for one record', done([], [error('ann', 'wait', 'RATE_LIMITS')]), 'throttled,unknown,unknown'],
    ['a fault of theirs for one', done([], [error('ann', 'oops', 'INTERNAL_ERROR')]), 'retryable,unknown,unknown'],
    ['a status that is not the end', { ...done([traced('ann')]), status: 'PENDING' }, 'unknown'],
    ['a batch that was given up', { ...done([traced('ann')]), status: 'CANCELED' }, 'unknown'],
    ['no status', { results: [traced('ann')] }, 'unknown'],
    ['no results', { status: 'COMPLETE' }, 'unknown'],
    ['nothing', '', 'unknown'],
  ])('reads %s', (_name, body, expected) => {
    expect(outcomesIn(readResults(answer(body), targets, UPSERT))).toBe(expected);
    // The status of HTTP adds nothing.
    expect(outcomesIn(readResults(answer(body, 200), targets, UPSERT))).toBe(expected);
  });

  it('takes what is not there for gone where records are updated, by their record id', () => {
    const byId = targets.map((target, at) => ({ ...target, id: String(512 + at) }));
    const missing = { ...error('x', 'not there', 'OBJECT_NOT_FOUND'), context: { ids: ['513'] } };
    const body = done([{ id: '512' }, { id: '514' }], [missing]);
    expect(outcomesIn(readResults(answer(body), byId, UPDATE))).toBe('accepted,gone,accepted');
  });

  it('leaves a request whose every record is refused for one field to be halved', () => {
    const words = 'Property values were not valid: [{"error":"PROPERTY_DOESNT_EXIST","name":"lead_grade"}]';
    const all = ['ann', 'bob', 'cid'].map((id) => error(id, words));
    expect(readResults(answer(done([], all)), targets, UPSERT)).toMatchObject({
      kind: 'batch_rejected',
      field: 'lead_grade',
    });
    expect(outcomesIn(readResults(answer(done([traced('cid')], all.slice(0, 2))), targets, UPSERT))).toBe(
      'rejected,rejected,accepted',
    );
  });

  it('accepts exactly who has results and no errors, in any order and by any name', () => {
    const said = fc.record({
      who: fc.nat(2),
      isError: fc.boolean(),
      by: fc.constantFrom('trace', 'email', 'both' as const),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 8 }), (all) => {
        const names = ['ann', 'bob', 'cid'];
        const body = { status: 'COMPLETE', results: [] as unknown[], errors: [] as unknown[] };
        for (const { who, isError, by } of all) {
          const id = names[who] ?? '';
          if (isError) {
            const trace = by === 'email' ? {} : { objectWriteTraceId: [`key-${id}`] };
            body.errors.push({
              message: 'no',
              context: { ...trace, ...(by === 'trace' ? {} : { ids: [`${id}@example.com`] }) },
            });
          } else
            body.results.push(
              by === 'trace' ? traced(id) : by === 'email' ? result(id) : { ...traced(id), ...result(id) },
            );
        }
        const expected = names.map((_, who) => {
          const kinds = new Set(all.filter((one) => one.who === who).map(({ isError }) => isError));
          return kinds.size !== 1 ? 'unknown' : kinds.has(true) ? 'rejected' : 'accepted';
        });
        expect(outcomesIn(readResults(answer(body), targets, UPSERT))).toBe(expected.join());
      }),
    );
  });
});

describe('garbage', () => {
  const garbage = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          status: fc.oneof(fc.constantFrom('COMPLETE', 'PENDING', 'error'), fc.jsonValue()),
          results: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
          errors: fc.oneof(fc.array(fc.record({ context: fc.jsonValue(), message: fc.jsonValue() })), fc.jsonValue()),
          message: fc.jsonValue(),
          category: fc.jsonValue(),
          context: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );

  it('never throws and is never read as accepted, whatever the status', () => {
    const statuses = fc.constantFrom(
      100,
      200,
      201,
      204,
      207,
      304,
      400,
      401,
      403,
      404,
      409,
      423,
      429,
      477,
      500,
      503,
      524,
    );
    fc.assert(
      fc.property(garbage, statuses, (body, status) => {
        const response = answer(body, status);
        const reading = readRefusal(response, ZONE, new Set()) ?? readResults(response, targets, UPSERT);
        expect(JSON.stringify(reading)).not.toContain('"accepted"');
        const read = readRecords(response, UPSERT, ZONE);
        if (read.kind === 'read') expect(read.found.get('ann@example.com')).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('readRefusal', () => {
  const quota = (policyName: string, message = 'limit') => ({
    status: 'error',
    errorType: 'RATE_LIMIT',
    policyName,
    message,
  });
  it.each([
    ['ten seconds', 429, quota('TEN_SECONDLY_ROLLING'), {}, { kind: 'throttled', waitMs: 10_000 }],
    // Noon of UTC is seven in the morning of New York.
    ['the day', 429, quota('DAILY'), {}, { kind: 'throttled', waitMs: 17 * 3_600_000 }],
    ['the day in a message', 429, { message: 'You have reached your daily limit.' }, {}, { waitMs: 17 * 3_600_000 }],
    ['a second', 429, quota('SECONDLY'), {}, { kind: 'throttled', waitMs: 1_000 }],
    ['a quota that nobody knows', 429, quota('SECONDARY'), {}, { kind: 'throttled', waitMs: 10_000 }],
    ['a quota that says how long', 429, quota('DAILY'), { 'retry-after': '3' }, { kind: 'throttled', waitMs: 3_000 }],
    ['a quota without words', 429, '', {}, { kind: 'throttled', waitMs: 10_000 }],
    ['a quota in a 403', 403, { category: 'RATE_LIMITS' }, {}, { kind: 'throttled', waitMs: 10_000 }],
    ['a scope', 403, { category: 'MISSING_SCOPES' }, {}, { kind: 'paused' }],
    ['a lock', 423, '', {}, { kind: 'throttled', waitMs: 2_000 }],
    ['a move', 477, '', { 'retry-after': '7200' }, { kind: 'throttled', waitMs: 7_200_000 }],
    ['a conflict', 409, { category: 'CONFLICT', message: 'Contact already exists' }, {}, { kind: 'batch_rejected' }],
    ['a record that is not there', 404, { category: 'OBJECT_NOT_FOUND' }, {}, { kind: 'batch_rejected' }],
    ['a wrong address', 404, '<html>nothing here</html>', {}, { kind: 'paused' }],
    ['a slow origin', 524, '', {}, { kind: 'retryable' }],
    [
      'a property that does not exist',
      400,
      { category: 'VALIDATION_ERROR', message: 'Property "lead_grade" does not exist' },
      {},
      { kind: 'batch_rejected', field: 'lead_grade' },
    ],
    [
      'a value in the context',
      400,
      {
        category: 'VALIDATION_ERROR',
        errors: [{ code: 'INVALID_INTEGER', context: { propertyName: ['lead_score'] } }],
      },
      {},
      { kind: 'batch_rejected', field: 'lead_score' },
    ],
    [
      'a key without unique values',
      400,
      { message: 'Unable to perform update/upsert by non-unique 0-2 property domain' },
      {},
      { kind: 'paused' },
    ],
  ])('reads %s', (_name, status, body, headers, expected) => {
    const fields = new Set(['lead_score', 'lead_grade']);
    expect(readRefusal(answer(body, status, headers), ZONE, fields)).toMatchObject(expected);
  });

  it('names no field that the mapping does not have', () => {
    const body = { message: 'Property values were not valid: [{"error":"INVALID_EMAIL","name":"email"}]' };
    expect(readRefusal(answer(body, 400), ZONE, new Set(['lead_score']))).not.toHaveProperty('field');
  });
});
