import type { KafkaLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readWindowingConfig } from '../app.config';
import { HOUR, MINUTE, SealingFixture, T0 } from '../testing/sealing-fixture';
import { RetentionService } from './retention.service';

const stack = useStack();
let fixture: SealingFixture;
const lines: { readonly fields: object; readonly message: string }[] = [];
const say = (fields: object, message: string): void => void lines.push({ fields, message });
const log: KafkaLog = { debug: say, info: say, warn: say, error: say };
const SECRET = 'do-not-print-me';

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
  const then = T0 - 300 * 24 * HOUR;
  await fixture.land([{ partition: 0, offset: 0, id: 'old', occurredAt: then }]);
  await fixture.reach(1);
  fixture.now = then + HOUR + 11 * MINUTE;
  const { sealer } = await fixture.replica();
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(proposed.because);
  await sealer.seal(proposed.proposal);
});
afterAll(() => fixture.close());

/** Runs the service until the condition holds. */
async function runUntil(environment: Readonly<Record<string, string>>, what: string, isSo: () => Promise<boolean>) {
  const config = readWindowingConfig({ ...stack.environment, RETENTION_INTERVAL_SECONDS: '1', ...environment });
  const service = new RetentionService({ config, clickhouse: fixture.clickhouse, log });
  service.start();
  try {
    await waitFor(what, isSo, { until: Boolean });
  } finally {
    await service.beforeApplicationShutdown();
  }
}

const rawRows = async (): Promise<number> =>
  (await fixture.clickhouse.queryOne<{ rows: number }>('select count() as rows from signals_raw'))?.rows ?? -1;

it('keeps what it cannot archive, says so without credentials, and tries again', async () => {
  const archive = {
    RAW_ARCHIVE_URL: 'http://127.0.0.1:1/bucket/prefix',
    RAW_ARCHIVE_ACCESS_KEY_ID: 'key',
    RAW_ARCHIVE_SECRET_ACCESS_KEY: SECRET,
  };
  const failures = () => lines.filter(({ message }) => message.includes('ARCHIVE_FAILED')).length;
  await runUntil(archive, 'two rounds that fail', () => Promise.resolve(failures() > 1));
  expect(await rawRows()).toBe(1);
  const told = lines.map(({ fields, message }) => message + describe(fields)).join('\n');
  expect(told).not.toContain(SECRET);

  function describe(fields: object): string {
    const { err } = fields as { readonly err?: Error };
    return JSON.stringify(fields) + (err === undefined ? '' : JSON.stringify(err, Object.getOwnPropertyNames(err)));
  }
});

it('drops what is old, round after round, until it is stopped', async () => {
  await runUntil({}, 'the old day to be dropped', async () => (await rawRows()) === 0);
  expect(lines.at(-1)).toMatchObject({ message: 'landed records were dropped', fields: { rows: 1 } });
});
