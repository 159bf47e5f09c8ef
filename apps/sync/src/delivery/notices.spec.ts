import type { KafkaLog } from '@millrace/platform-kafka';

import { batchOf } from '../testing/deliver-in-memory';
import { madeDestination, madeRuntime } from '../testing/made-destination';
import { createNotices } from './notices';

const noticesWith = (outOfTimeByTier: () => Promise<Record<string, number>>) => {
  const errors: [object, string][] = [];
  const log = { error: (...given: [object, string]) => errors.push(given) } as unknown as KafkaLog;
  const runtime = madeRuntime(madeDestination({}));
  const notices = createNotices({
    runtime,
    outcomes: { outOfTimeByTier },
    waitForMirror: () => Promise.resolve(),
    log,
  });
  return { notices, errors };
};
const chunk = (at: number) => batchOf(['ann'], { chunk: at, chunks: 3 });

it('tells once for each plan how many records were not sent in time, by tier', async () => {
  const { notices, errors } = noticesWith(() => Promise.resolve({ strategic: 1, mid: 5 }));
  notices.onOutOfTime(chunk(1), 2);
  await notices.onDone(chunk(1));
  notices.onOutOfTime(chunk(2), 4);
  await notices.onDone(chunk(2));
  await notices.onDone(chunk(2));
  expect(errors).toEqual([
    [
      expect.objectContaining({ destination: 'crm', object: 'lead', records: 6, tiers: { strategic: 1, mid: 5 } }),
      expect.stringContaining('6 records of lead were not sent to crm in time'),
    ],
  ]);
});

it('tells what this process saw where the tiers cannot be read', async () => {
  const { notices, errors } = noticesWith(() => Promise.reject(new Error('away')));
  notices.onOutOfTime(chunk(2), 4);
  await notices.onDone(chunk(2));
  expect(errors[0]?.[0]).toMatchObject({ records: 4 });
});

it('says nothing of a plan that was sent in time', async () => {
  const { notices, errors } = noticesWith(() => Promise.resolve({}));
  await notices.onDone(chunk(2));
  expect(errors).toEqual([]);
});
