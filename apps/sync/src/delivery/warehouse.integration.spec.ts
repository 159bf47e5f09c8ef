import { clickhouseTableEntry } from '../testing/run-sync';
import { createTools, deliverBatch, routeFor, type WireItem } from '@millrace/catalog-destinations';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { createHttpClient, type WireAnswer, type WireRequest } from '@millrace/platform-http';
import { useStack } from '@millrace/platform-testing';

import { createAccounts } from '../destinations/create-account';
import { parseDestinations } from '../destinations/load-destinations';
import { NO_SINK } from '../testing/no-sink';
import { prepareOnce } from '../destinations/prepare-destination';

const stack = useStack();
const client = createHttpClient();
let clickhouse: ClickHouse;

beforeAll(() => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
});
afterAll(async () => {
  await Promise.all([client.close(), clickhouse.close()]);
});

const context = {
  destination: 'warehouse',
  object: 'lead',
  subject: 'person' as const,
  match: 'id' as const,
  mode: 'update' as const,
  lane: 'batch' as const,
  plan_id: 'plan-1',
  run_id: 'run-1',
  chunk: 3,
  as_of: Date.UTC(2026, 0, 5, 7),
  now: Date.UTC(2026, 0, 5, 7),
};

it('holds each value once although the answer to the first insert was lost and the chunk is sent again', async () => {
  const entry = clickhouseTableEntry('warehouse', stack);
  const [configured] = parseDestinations(JSON.stringify({ destinations: [entry] }), 'f.json');
  if (configured === undefined) throw new Error('no destination');
  const { destination, settings } = configured;
  const account = createAccounts([configured], { client }).get('warehouse')?.account;
  if (account === undefined) throw new Error('no account');
  expect(await prepareOnce({ configured, account, sink: NO_SINK })).toBeNull();
  expect(await prepareOnce({ configured, account, sink: NO_SINK })).toBeNull();
  const route = routeFor(destination.routes(settings), 3);
  const items = ['ann', "o'neil", 'cid'].map((id): WireItem => {
    const record = {
      record_id: id,
      match_key: id,
      idempotency_key: `key-${id}`,
      reason: 'delta' as const,
      fields: { lead_score: 72, reasons: ['a "quote"', 'ünï\ncode'] },
    };
    const encoded = route.encode(record, settings, context);
    if (typeof encoded !== 'string') throw new Error(encoded.refused);
    return { record, encoded };
  });
  let calls = 0;
  const send = (losesFirstAnswer: boolean) => {
    const request = async (wire: WireRequest): Promise<WireAnswer> => {
      calls += 1;
      const isLost = losesFirstAnswer && calls === 1;
      const answer = await account.request(wire);
      return isLost ? { kind: 'failure', wasSent: true, isForbidden: false, detail: 'cut' } : answer;
    };
    const tools = createTools({
      account: { ...account, request },
      sink: NO_SINK,
      now: () => context.now,
      signal: new AbortController().signal,
    });
    return deliverBatch(destination, route, { items, context }, settings, tools);
  };
  const first = await send(true);
  // The insert was applied and its answer lost: the read-back finds the rows.
  expect(first).toMatchObject({ kind: 'records' });
  expect(calls).toBe(2);
  const outcomes = first.kind === 'records' ? first.outcomes : [];
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);

  const again = await send(false);
  expect(again).toMatchObject({ kind: 'records' });
  expect(calls).toBe(3);
  // Without final: not even before a merge is a row there twice.
  const rows = await clickhouse.query<{ record_id: string; fields: string }>(
    'select record_id, fields from lead_scores_export order by record_id',
  );
  expect(rows.map(({ record_id }) => record_id)).toEqual(['ann', 'cid', "o'neil"]);
  expect(JSON.parse(rows[0]?.fields ?? '')).toEqual({ lead_score: 72, reasons: ['a "quote"', 'ünï\ncode'] });
});
