import { daysBetween } from '@millrace/contract-window';
import { useStack } from '@millrace/platform-testing';

import { HOUR, MINUTE, SealingFixture } from '../testing/sealing-fixture';
import type { Sealer } from '../sealing/sealer';
import { dayAlignmentProblem } from './day-alignment';
import { readDays } from './read-days';
import { readWindows, readWindowSteps } from './read-windows';

const stack = useStack();
const ZONE = 'America/New_York';
/** The day that clocks go back in New York has 25 hours, from 04:00 to 05:00 UTC of the next day. */
const MIDNIGHT = Date.UTC(2026, 10, 1, 4);
let fixture: SealingFixture;
let sealer: Sealer;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
  fixture.now = MIDNIGHT;
  ({ sealer } = await fixture.replica());
});
afterAll(() => fixture.close());

let offset = 0;
async function sealAt(now: number, ...occurredAt: number[]): Promise<void> {
  await fixture.land(occurredAt.map((at) => ({ partition: 0, offset, id: `id-${offset++}`, occurredAt: at })));
  await fixture.reach(offset);
  fixture.now = now;
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(proposed.because);
  await sealer.seal(proposed.proposal);
}
const states = async () =>
  (await readDays(fixture.clickhouse, daysBetween('2026-10-31', '2026-11-02', ZONE))).map(
    ({ date, start, end, state, closed_at_step, revised_at_step, sealed, late }) => [
      `${date} ${(end - start) / HOUR} h`,
      state,
      closed_at_step,
      revised_at_step,
      sealed,
      late,
    ],
  );

describe('days of a zone', () => {
  it('are open until their last window is closed, 25 hours after they began', async () => {
    await sealAt(MIDNIGHT + 24 * HOUR + 11 * MINUTE, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 23 * HOUR);
    expect(await states()).toEqual([
      ['2026-10-31 24 h', 'closed', 1, null, 1, 0],
      ['2026-11-01 25 h', 'open', null, null, 2, 0],
      ['2026-11-02 24 h', 'open', null, null, 0, 0],
    ]);
    await sealAt(MIDNIGHT + 25 * HOUR + 11 * MINUTE, MIDNIGHT + 25 * HOUR - 1, MIDNIGHT + 25 * HOUR);
    expect(await states()).toEqual([
      ['2026-10-31 24 h', 'closed', 1, null, 1, 0],
      ['2026-11-01 25 h', 'closed', 2, null, 3, 0],
      ['2026-11-02 24 h', 'open', null, null, 0, 0],
    ]);
  });

  it('are revised at the step that brought late rows, and final past the horizon', async () => {
    await sealAt(fixture.now + 6 * MINUTE, MIDNIGHT + HOUR, MIDNIGHT - 2 * HOUR);
    expect((await states()).slice(0, 2)).toEqual([
      ['2026-10-31 24 h', 'revised', 1, 3, 2, 1],
      ['2026-11-01 25 h', 'revised', 2, 3, 4, 1],
    ]);
    await sealAt(MIDNIGHT + 500 * 24 * HOUR);
    expect((await states()).map(([, state]) => state)).toEqual(['final', 'final', 'final']);
  });
});

it('shows a window and what each step put into it', async () => {
  const [window] = await readWindows(fixture.clickhouse, MIDNIGHT - 2 * HOUR, MIDNIGHT - HOUR, 10);
  expect(window).toMatchObject({
    window_start: '2026-11-01T02:00:00Z',
    state: 'final',
    sealed: 1,
    late: 1,
    revisions: 1,
  });
  expect(await readWindowSteps(fixture.clickhouse, MIDNIGHT - 2 * HOUR)).toEqual([
    expect.objectContaining({ step: 3, reason: 'late', sealed: 1, late: 1 }),
  ]);
});

it.each([
  ['America/New_York', 60, true],
  ['Asia/Kolkata', 60, false],
  ['Asia/Kolkata', 30, true],
  ['Asia/Kathmandu', 15, true],
])('%s with windows of %d minutes: days begin with a window: %s', (zone, minutes, fits) => {
  expect(dayAlignmentProblem(zone, minutes * MINUTE, new Date(MIDNIGHT)) === null).toBe(fits);
});
