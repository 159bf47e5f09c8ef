import { gzipSync } from 'node:zlib';

import { signalTopicName } from '@millrace/contract-signal';
import { createClickHouse, loadSql } from '@millrace/platform-clickhouse';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { waitFor } from '@millrace/platform-testing';

import { produceRaw } from './clients';
import { startMillrace, WRITE_KEYS } from './millrace/start-millrace';
import type { Millrace } from './millrace/start-millrace';

const MEBIBYTE = 1024 * 1024;

/** Whatever arrives: a clear answer or a quarantined row, nothing lost, nothing restarted. */
describe('bad input', () => {
  let millrace: Millrace;
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    millrace = await startMillrace({ apps: ['collector', 'windowing'] });
    clickhouse = createClickHouse({ url: millrace.stack.clickhouseUrl, database: millrace.stack.database });
  });

  afterAll(async () => {
    await clickhouse?.close();
    await millrace?.stop();
  });

  const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${millrace.services.collector.url}/v1/batch`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${WRITE_KEYS.website}:`).toString('base64')}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });

  it.each([
    ['malformed JSON', '{"batch": [', {}, 400],
    ['an unknown key', '{"batch": []}', { authorization: `Basic ${Buffer.from('nobody:').toString('base64')}` }, 401],
    ['a body over the limit', `{"batch": [{"x": "${'x'.repeat(3 * MEBIBYTE)}"}]}`, {}, 413],
    ['a gzip bomb', gzipSync(Buffer.alloc(200 * MEBIBYTE)), { 'content-encoding': 'gzip' }, 413],
  ])('answers %s clearly', async (_what, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect((await response.text()).length).toBeGreaterThan(10);
  });

  it('quarantines what is no signal, with a reason each, and lands what is', async () => {
    const topic = signalTopicName('website', millrace.stack.topicPrefix);
    const broken = [
      null,
      Buffer.alloc(0),
      Buffer.from([0, 0]),
      Buffer.from([7, 0, 0, 0, 1, 1]),
      // An id that no run of tests registers.
      Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]),
    ];
    await produceRaw(millrace.stack, topic, broken);
    const good = { type: 'track', event: 'Demo Requested', messageId: 'good', userId: 'u1' };
    const answer = await post(JSON.stringify({ batch: [good, { type: 'track', messageId: 'bad' }, 'no event'] }));
    expect(await answer.json()).toMatchObject({ accepted: 1, quarantined: 2 });

    const rows = await waitFor(
      'seven records in quarantine',
      () => clickhouse.query<{ reason: string; records: number }>(loadSql(__dirname, 'sql/quarantined.sql')),
      { until: (found) => found.reduce((sum, row) => sum + Number(row.records), 0) >= 7, deadlineMs: 60_000 },
    );
    expect(Object.fromEntries(rows.map(({ reason, records }) => [reason, Number(records)]))).toEqual({
      tombstone: 1,
      zero_length: 1,
      truncated_frame: 1,
      wrong_magic: 1,
      unknown_schema: 1,
      invalid_event: 2,
    });
    const landed = await waitFor(
      'the good signal',
      () => clickhouse.query<{ signal_id: string }>('select distinct signal_id from signals_raw'),
      { until: (found) => found.length > 0 },
    );
    expect(landed).toEqual([{ signal_id: 'good' }]);
  });

  it('restarted nothing', () => {
    expect(millrace.services.collector.isRunning).toBe(true);
    expect(millrace.services.windowing.isRunning).toBe(true);
  });
});
