import type { WireAnswer, WireResponse } from '@millrace/platform-http';
import fc from 'fast-check';

import type { Reading, Tools } from '../destination';
import { NO_SINK } from '../testing/conformance';
import { salesforceAuth } from './salesforce-auth';
import { parseCsv } from './bulk-csv';
import { readResults } from './bulk-results';
import { quote } from './find-records';
import { readRows } from './read-rows';
import { salesforce } from './salesforce.destination';
import type { SalesforceSettings } from './salesforce-settings';
import { client, person, settingsAt, workerAt } from './testing/deliver-to';

afterAll(() => client.close());

const ID = '003000000000001AAA';
const JOB = '750000000000001AAA';
const url = 'https://acme.my.salesforce.com';
const records = ['ann', 'bob'].map((id) => person(id));

const response = (status: number, body: string): WireAnswer => ({
  kind: 'response',
  response: { status, headers: {}, body, receivedAt: 0 },
});

/** Anything, and what looks like an answer of theirs without being one that says that a record was taken. */
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc.constantFrom(
    '',
    '[]',
    '{}',
    'null',
    '[null]',
    '"',
    '<html>',
    '[{"success":true}]',
    '[{"id":"x"},{"success":"true"}]',
  ),
  fc.constantFrom(
    '{"done":true,"records":[]}',
    '{"done":true,"records":[{}]}',
    '{"done":false,"records":[],"nextRecordsUrl":"//x"}',
  ),
  fc.constantFrom('"sf__Id","Id"\n', 'sf__Id\n"', '"sf__Error"\n"x"', '"__proto__","Id"\n"1","2"'),
  fc
    .record({
      id: fc.constant(JOB),
      state: fc.oneof(fc.constantFrom('Open', 'JobComplete', 'Failed', 'Aborted'), fc.string()),
    })
    .map((job) => JSON.stringify(job)),
  fc
    .array(fc.record({ Id: fc.oneof(fc.constant(ID), fc.string()), Email: fc.constant('ann@example.com') }))
    .map((rows) => JSON.stringify({ done: true, records: rows })),
);
const answer: fc.Arbitrary<WireAnswer> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(200, 200, 200, 201, 204), body).map(([status, text]) => response(status, text)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 300, max: 599 }), body).map(([status, text]) => response(status, text)),
  },
  fc.boolean().map((wasSent): WireAnswer => ({ kind: 'failure', wasSent, isForbidden: false, detail: 'cut' })),
);

const toolsWith = (answers: readonly WireAnswer[]): Tools => {
  let calls = 0;
  return {
    request: () => Promise.resolve(answers[calls++ % answers.length] ?? response(500, '')),
    sink: NO_SINK,
    now: () => 0,
    signal: new AbortController().signal,
  };
};

const accepted = (reading: Reading): unknown[] =>
  reading.kind === 'records' ? reading.outcomes.filter(({ outcome }) => outcome === 'accepted') : [];

it.each(['Contact', 'Lead'])(
  'answers that say nothing never throw and are never read as accepted: %s',
  async (object) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('update' as const, 'upsert' as const, 'create' as const),
        fc.constantFrom({}, { external_id_fields: { [object]: 'Key__c' } }),
        fc.constantFrom(1, 5_000),
        async (answers, mode, settings, planRecords) => {
          const {
            route,
            batch,
            settings: read,
          } = workerAt(url, { records, context: { object, mode }, settings, planRecords });
          const delivered = await route.deliver(batch, read, toolsWith(answers));
          expect(accepted(delivered)).toEqual([]);
          if (route.resume === undefined) return;
          expect(accepted(await route.resume(JOB, batch, read, toolsWith(answers)))).toEqual([]);
          await route.abort?.(JOB, read, toolsWith(answers));
        },
      ),
      { numRuns: 400 },
    );
  },
);

it('a read-back never throws, and gives values of records that it was asked for only', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 4 }), async (answers) => {
      const { batch, settings } = workerAt(url, { records });
      const read = await salesforce.readBack?.(
        ['ann@example.com'],
        ['Score__c'],
        settings,
        batch.context,
        toolsWith(answers),
      );
      if (read?.kind === 'values') {
        expect(read.records.every(({ match_key }) => match_key === 'ann@example.com')).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

it('a row is accepted exactly where the reference says so', () => {
  const ids = ['003000000000001AAA', '003000000000002AAA'];
  const row = fc.record(
    {
      id: fc.oneof(fc.constantFrom(...ids), fc.constant(null), fc.constant('')),
      success: fc.boolean(),
      errors: fc.array(fc.record({ statusCode: fc.constantFrom('X', 'UNABLE_TO_LOCK_ROW'), message: fc.string() }), {
        maxLength: 1,
      }),
    },
    { requiredKeys: ['success'] },
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 3 }), (rows) => {
      const sent = ids.map((id, index) => ({ record_id: String(index), id }));
      const given: WireResponse = { status: 200, headers: {}, body: JSON.stringify(rows), receivedAt: 0 };
      const expected =
        rows.length === 2
          ? rows.flatMap((one, index) =>
              one.success && one.id === ids[index] && (one.errors ?? []).length === 0 ? [String(index)] : [],
            )
          : [];
      const reading = readRows(given, sent);
      expect((accepted(reading) as { record_id: string }[]).map(({ record_id }) => record_id)).toEqual(expected);
    }),
  );
});

it('a row of a result set is accepted only with the id of its record', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ sf__id: fc.constantFrom(ID, 'x', ''), id: fc.constantFrom(ID, 'y') })),
      (successful) => {
        const job = { id: JOB, state: 'JobComplete' };
        const read = readResults(
          { job, results: { successful, failed: [], unprocessed: [] } },
          'update',
          'Id',
          (key) => key,
        );
        const own = successful.filter(({ id }) => id === ID);
        const isTaken = own.length > 0 && own.every(({ sf__id }) => sf__id === ID);
        expect(read.outcomeOf('ann', ID).outcome).toBe(isTaken ? 'accepted' : 'unknown');
      },
    ),
  );
});

it('a token answer that is none is refused without a word of it that is secret', async () => {
  const settings = salesforce.settings.parse(settingsAt(url)) as SalesforceSettings;
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      const read = await salesforceAuth(settings).token(() => Promise.resolve(given), 0);
      expect(read.kind).not.toBe('token');
    }),
  );
});

it('a value stays a value in a query, whatever signs it has', () => {
  const inside = /^'((?:[^'\\\n\r]|\\.)*)'$/s;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const quoted = quote(value);
      expect(quoted).toMatch(inside);
      expect(() => encodeURIComponent(quoted)).not.toThrow();
    }),
  );
  expect(quote(`' OR Name != '`)).toBe(`'\\' OR Name != \\''`);
  expect(quote('\\')).toBe(`'\\\\'`);
});

it('CSV that is none is no rows', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseCsv(text)));
  expect(parseCsv('"a\n')).toBeUndefined();
  expect(parseCsv('"Id"\n')).toEqual([]);
});
