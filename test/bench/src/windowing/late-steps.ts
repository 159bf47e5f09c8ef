import { produceBacklog } from '../backlog/produce-backlog';
import { createBodies, type KeyedBody, type Spread } from '../backlog/signals';
import { readMetrics } from '../processes/metrics';
import { median, type Figures } from '../report/figures';
import { sealingFigures } from './contest';
import { waitUntilLanded } from './land-backlog';
import { readChain, sealLanded, waitUntilSealed, type Sealed } from './seal-steps';
import { sealsAllBeforeNow, SEALS_NOTHING, withWindowing, type Settings } from './windowing-process';
import type { Workplace } from './workplace';

/** Of 20,000 records 400 are late, spread over so many windows. */
const LATE_WINDOWS = 350;
const LATE_EVERY = 50;
const HOUR_MS = 3_600_000;

export interface LateContest {
  readonly workplace: Workplace;
  readonly source: string;
  readonly partitions: number;
  readonly spread: Spread;
  /** Offsets in the log before. */
  readonly landed: number;
}

/** A step that holds mostly signals of windows still open and 2 % late ones. The chain has begun; nothing is under way. */
export async function sealLateRecords(
  contest: LateContest,
  records: number,
): Promise<{ readonly figures: Figures; readonly sealed: Sealed }> {
  const { workplace, landed } = contest;
  await produceMixed(contest, 0, records);
  await withWindowing(workplace, SEALS_NOTHING, [], () => waitUntilLanded(workplace, landed + records));
  const late = Math.ceil(records / LATE_EVERY);
  const sealed = await sealLanded(workplace, late, { SEAL_LATE_INTERVAL_SECONDS: '0', SEAL_IMPORT_ROWS: '1000000000' });
  const what = `a step of ${records} records, ${late} of them late over ${Math.min(late, LATE_WINDOWS)} windows`;
  return { figures: sealingFigures('late', what, records, sealed), sealed };
}

export interface StepCosts {
  readonly steps: number;
  /** Median seconds of an attempt over the first and the last tenth of the steps, at most 20 each. */
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

const RECORDS_A_STEP = 200;

/** Many small steps, one after the other: what one costs at the beginning and at the end of them. */
export async function sealManySteps(contest: LateContest, steps: number): Promise<StepCosts> {
  const { workplace } = contest;
  const settings: Settings = {
    ...sealsAllBeforeNow(),
    SEAL_LATE_INTERVAL_SECONDS: '0',
    SEAL_POLL_SECONDS: '0.02',
    LANDING_FLUSH_MS: '20',
  };
  return withWindowing(workplace, settings, [], async ({ service }) => {
    const seconds: number[] = [];
    let before = await readAttempts(service.url);
    let { signals } = await readChain(workplace);
    for (let step = 0; step < steps; step += 1) {
      await produceMixed(contest, 1_000_000 + step * RECORDS_A_STEP, RECORDS_A_STEP);
      signals += RECORDS_A_STEP / LATE_EVERY;
      await waitUntilSealed(workplace, signals);
      const after = await readAttempts(service.url);
      seconds.push((after.seconds - before.seconds) / Math.max(1, after.attempts - before.attempts));
      before = after;
    }
    const some = Math.min(20, Math.ceil(steps / 10));
    return {
      steps: (await readChain(workplace)).steps,
      firstSeconds: median(seconds.slice(0, some)),
      lastSeconds: median(seconds.slice(-some)),
    };
  });
}

async function readAttempts(url: string): Promise<{ readonly seconds: number; readonly attempts: number }> {
  const metrics = await readMetrics(url);
  return {
    seconds: metrics('millrace_seal_attempt_seconds_sum'),
    attempts: metrics('millrace_seal_attempt_seconds_count'),
  };
}

async function produceMixed(contest: LateContest, from: number, records: number): Promise<void> {
  const { workplace, source, partitions, spread } = contest;
  const idPrefix = '0298f0c2';
  const late = createBodies({ ...spread, idPrefix, windows: Math.min(LATE_WINDOWS, spread.windows) });
  // The hour that is open now; an hour ahead of its append time a signal is still valid.
  const endsAt = (Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS;
  const current = createBodies({ ...spread, idPrefix, windows: 1, endsAt });
  const bodyOf = (n: number): KeyedBody => {
    // Numbered apart from the others, so that they go round the windows.
    const isLate = n % LATE_EVERY === 0;
    return isLate ? late((from + n) / LATE_EVERY) : current(1e9 + from + n);
  };
  await produceBacklog(workplace.stack, { source, partitions, signals: records, bodyOf });
}
