import type { Schedule } from '@millrace/catalog-models';

import { createTicker } from '../schedule/ticks';
import { nightAt } from './night';

const ZONE = 'America/New_York';
const job = (name: string, cron: string) => ({
  name,
  zone: ZONE,
  schedule: { cron, deadline: '06:00' } as Schedule,
  ticker: createTicker(cron, ZONE),
});
const NIGHT = job('nightly', '0 2 * * *');

it.each([
  ['before', '2026-11-24T06:29:59Z', undefined],
  ['half an hour before the tick', '2026-11-24T06:30:00Z', 'nightly'],
  ['the tick', '2026-11-24T07:00:00Z', 'nightly'],
  ['before the deadline', '2026-11-24T10:59:59Z', 'nightly'],
  ['the deadline', '2026-11-24T11:00:00Z', undefined],
  ['the night of the spring change, an hour shorter', '2026-03-08T09:59:59Z', 'nightly'],
  ['its deadline', '2026-03-08T10:00:00Z', undefined],
])('%s', (_what, at, expected) => {
  expect(nightAt(Date.parse(at), [job('often', '0 */4 * * *'), NIGHT])?.job).toBe(expected);
});
