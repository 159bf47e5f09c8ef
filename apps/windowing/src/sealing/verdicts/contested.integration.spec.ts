import type { ClickHouse } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readWindowingConfig } from '../../app.config';
import { readConservation } from '../../conservation/read-conservation';
import { listQuarantined } from '../../quarantine/read-quarantine';
import { replay } from '../../replay/replay';
import { HOUR, MINUTE, SealingFixture, T0 } from '../../testing/sealing-fixture';

const stack = useStack();
let fixture: SealingFixture;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
});
afterAll(() => fixture.close());

const signal = (offset: number, occurredAt: number) => ({ partition: 0, offset, id: `id-${offset}`, occurredAt });

async function sealAt(now: number, reach: number) {
  await fixture.reach(reach);
  fixture.now = now;
  const { sealer } = await fixture.replica();
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(proposed.because);
  const outcome = await sealer.seal(proposed.proposal);
  if (outcome.kind !== 'sealed') throw new Error(outcome.because);
  return outcome.step.totals;
}

/** The accounting of the only partition, which balances; the steps rebuilt from landed records, all equal. */
async function settled() {
  const { is_balanced: isBalanced, totals } = await readConservation(fixture.clickhouse);
  const unbalanced = await fixture.clickhouse.query('select * from window_conservation where not is_balanced');
  const connections = {
    config: readWindowingConfig(stack.environment),
    clickhouse: fixture.clickhouse,
    kafka: fixture.kafka,
    registry: undefined as never,
    log: silentLog,
  };
  const head = await readHead();
  const report = await replay(connections, { from: 1, to: head, source: 'raw' });
  const states = [...new Set(report.steps.map(({ state }) => state))];
  const listed = (await listQuarantined(fixture.clickhouse, { limit: 100 })).records.map(({ offset }) => offset);
  const { sealed, quarantined, waiting } = totals;
  return { isBalanced, unbalanced, sealed, quarantined, waiting, states, listed: listed.sort((a, b) => a - b) };
}

async function readHead(): Promise<number> {
  const row = await fixture.clickhouse.queryOne<{ step: number }>('select max(step) as step from seal_steps');
  return row?.step ?? 0;
}

const GOOD = { isBalanced: true, unbalanced: [], states: ['equal'] };

describe('an offset that is landed as a signal and quarantined', () => {
  it('is a signal when both are there before its step', async () => {
    await fixture.land([signal(0, T0 - HOUR), signal(1, T0 - HOUR)]);
    await fixture.quarantine(0, 1);
    await fixture.quarantine(0, 2);
    expect(await sealAt(T0 + 11 * MINUTE, 3)).toMatchObject({ sealed: 2, quarantined: 1, offsets: 3 });
    expect(await settled()).toEqual({ ...GOOD, sealed: 2, quarantined: 1, waiting: 0, listed: [2] });
  });

  it('stays quarantined when it is landed as a signal after its step', async () => {
    await fixture.land([signal(2, T0 - HOUR)]);
    expect(await settled()).toEqual({ ...GOOD, sealed: 2, quarantined: 1, waiting: 0, listed: [2] });
  });

  it('stays a signal when it is quarantined after its step', async () => {
    await fixture.quarantine(0, 0);
    expect(await settled()).toEqual({ ...GOOD, sealed: 2, quarantined: 1, waiting: 0, listed: [2] });
  });

  it('stays quarantined when it is landed after its step in a window that is still open then', async () => {
    await fixture.land([signal(3, T0), signal(4, T0 + 3 * HOUR), signal(6, T0 + 3 * HOUR)]);
    await fixture.quarantine(0, 5);
    expect(await sealAt(T0 + HOUR + 11 * MINUTE, 7)).toMatchObject({ sealed: 1, quarantined: 1, offsets: 4 });
    await fixture.land([signal(5, T0 + 3 * HOUR)]);
    await fixture.quarantine(0, 6);
    expect(await settled()).toEqual({ ...GOOD, sealed: 3, quarantined: 2, waiting: 2, listed: [2, 5] });
    expect(
      await fixture.clickhouse.query("select waiting from windows where state = 'open' order by window_start"),
    ).toEqual([{ waiting: 2 }]);
    expect(await sealAt(T0 + 4 * HOUR + 11 * MINUTE, 7)).toMatchObject({ sealed: 2, quarantined: 0, offsets: 0 });
    expect(await settled()).toEqual({ ...GOOD, sealed: 5, quarantined: 2, waiting: 0, listed: [2, 5] });
  });

  it('voids an attempt when it is landed as a signal in the middle of it; the next one takes it', async () => {
    await fixture.quarantine(0, 7);
    const clickhouse = Object.assign(Object.create(fixture.clickhouse) as ClickHouse, {
      // The attempt's insert is its only command.
      command: async (...call: Parameters<ClickHouse['command']>) => {
        await fixture.land([signal(7, T0 + 5 * HOUR)]);
        return fixture.clickhouse.command(...call);
      },
    });
    const { sealer } = await fixture.replica({ clickhouse });
    await fixture.reach(8);
    fixture.now = T0 + 6 * HOUR + 11 * MINUTE;
    const proposed = await sealer.propose();
    if (proposed.kind === 'wait') throw new Error(proposed.because);
    await expect(sealer.seal(proposed.proposal)).rejects.toMatchObject({
      message: expect.stringContaining('landed as signals while the step was made'),
      isRetryable: true,
    });
    expect(await sealAt(fixture.now, 8)).toMatchObject({ sealed: 1, quarantined: 0, offsets: 1 });
    expect(await settled()).toEqual({ ...GOOD, sealed: 6, quarantined: 2, waiting: 0, listed: [2, 5] });
  });
});
