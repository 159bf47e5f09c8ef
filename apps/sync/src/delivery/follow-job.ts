import { settleUnknown, type Reading, type WireBatch, type WireItem } from '@millrace/catalog-destinations';

import { toolsOf } from './attempt';
import { endOf, type Chunk, type Sending } from './chunk';
import { judge, type Answered, type AttemptFacts } from './judge';
import { presentable } from './presentable';
import { recordUnsent, recordVerdicts } from './record-outcomes';
import { sendableOf, type Sendable } from './sendable';
import { noteState, settle } from './settle';
import { LONGEST_SLEEP_MS } from './take-turn';

export interface Begun {
  /** The job that counts. */
  readonly job: string;
  readonly pollAfterMs: number;
  /** The one that this process began; another than `job` where somebody else was first. */
  readonly given?: string;
}

/** Answers in a row that say nothing of the job, after which it is given up. */
const MOST_UNKNOWN = 3;

/**
 * Waits for a job to its end, holding no turn meanwhile, and settles what it reports. A job whose records are not wanted any more
 * is stopped where the API can, else waited for: what it reports counts.
 */
export async function followJob(chunk: Chunk, sending: Sending, begun: Begun): Promise<readonly Sending[]> {
  const { deps } = chunk;
  const [first] = sending.items;
  if (first === undefined) return [];
  if (begun.given !== undefined && begun.given !== begun.job) await abort(chunk, begun.given);
  const startedAt = deps.now();
  let isAborted = false;
  let waitMs = begun.pollAfterMs;
  for (let unknown = 0, misses = 0; ;) {
    await waitFor(chunk, waitMs);
    if (deps.isStale()) return [sending];
    if (endOf(chunk) !== null && !isAborted) {
      isAborted = true;
      await abort(chunk, begun.job);
    }
    // Asked each time: what is forbidden by now is not handed over, where it was not before.
    const { items, unsent } = sendableOf(chunk, sending.items);
    if (items.length === 0) {
      if (!isAborted) await abort(chunk, begun.job);
      await recordEach(chunk, unsent);
      return [];
    }
    const context = { ...chunk.contextFor(first.record), now: deps.now() };
    const { reading, statusCode } = await resume(chunk, begun.job, { items, context });
    if (deps.isStale() && reading.kind !== 'records') return [sending];
    if (reading.kind === 'started') {
      [waitMs, unknown, misses] = [reading.pollAfterMs, 0, 0];
      continue;
    }
    unknown = reading.kind === 'unknown' || (isAborted && reading.kind !== 'records') ? unknown + 1 : 0;
    const pause = saysNothing(reading) && unknown < MOST_UNKNOWN ? pauseOf(chunk, reading, (misses += 1)) : null;
    if (pause !== null) {
      noteState(chunk, reading);
      waitMs = pause;
      continue;
    }
    const facts = { statusCode, startedAt, endedAt: deps.now() };
    const came: Answered = saysNothing(reading) ? { kind: 'unknown', detail: wordsOf(reading) } : reading;
    await recordEach(chunk, unsent);
    const end = endOf(chunk);
    if (end !== null) return settleUnwanted(chunk, items, sending.spent, came, end, facts);
    const again = await settle(chunk, sending, items, { ...facts, reading: came, isProbe: false });
    return again.map((next, index) => ({ ...next, job: `${sending.job}.${stepOf(next, index, sending)}` }));
  }
}

async function recordEach(chunk: Chunk, unsent: Sendable['unsent']): Promise<void> {
  for (const [reason, items] of unsent) await recordUnsent(chunk, items, 'superseded', reason);
}

/** Tells the parts of an ended job apart, whatever of them is done with. */
function stepOf({ spent, halving }: Sending, index: number, before: Sending): string {
  if (halving !== undefined && halving !== before.halving) return String(index + 1);
  return spent > before.spent ? 'again' : 'later';
}

/** Asks the job, and reads back what it leaves unknown. */
async function resume(
  chunk: Chunk,
  job: string,
  batch: WireBatch,
): Promise<{ readonly reading: Reading; readonly statusCode: number | null }> {
  const { destination, settings, redact } = chunk.deps.runtime.configured;
  const { tools, statusCode } = toolsOf(chunk);
  const { resume: ask } = chunk.route;
  const said: Reading = (await ask?.(job, batch, settings, tools)) ?? { kind: 'unknown', detail: 'No way to ask' };
  const reading =
    said.kind === 'records' ? await settleUnknown(destination, chunk.route, batch, said, settings, tools) : said;
  return { reading: presentable(reading, redact), statusCode: statusCode() };
}

/** What the job reported counts. Of the rest it is not known what became, or it was certainly not done. */
async function settleUnwanted(
  chunk: Chunk,
  items: readonly WireItem[],
  spent: number,
  reading: Answered,
  because: string,
  facts: AttemptFacts,
): Promise<readonly Sending[]> {
  const { destination } = chunk.batch;
  const verdict = judge(reading, items, { destination, spent, isProbe: false, isWaitOver: false });
  const verdicts = verdict.items.map((one) => {
    if (one.isFinal) return one;
    const outcome = one.outcome === 'unknown' ? one.outcome : ('superseded' as const);
    return { ...one, outcome, detail: `${because}; the job under way said: ${one.detail}`, isFinal: true };
  });
  await recordVerdicts(chunk, verdicts, facts);
  return [];
}

async function abort(chunk: Chunk, job: string): Promise<void> {
  const { runtime } = chunk.deps;
  await chunk.route.abort?.(job, runtime.configured.settings, toolsOf(chunk).tools);
}

/** Sleeps, and on while people have stopped the destination, it is paused or flags are not known; ends early once the chunk is stale or unwanted. */
async function waitFor(chunk: Chunk, ms: number): Promise<void> {
  const { deps } = chunk;
  const until = deps.now() + ms;
  const isEndedAtFirst = endOf(chunk) !== null;
  for (;;) {
    const isHeld = deps.isStopped() || !deps.isPrivacyKnown() || deps.runtime.pausedFor(deps.now()) > 0;
    const left = Math.max(until - deps.now(), isHeld ? LONGEST_SLEEP_MS : 0);
    if (left <= 0 || deps.isStale() || (!isEndedAtFirst && endOf(chunk) !== null)) return;
    await deps.sleep(Math.min(left, LONGEST_SLEEP_MS));
  }
}

type NothingSaid = Extract<Reading, { kind: 'throttled' | 'paused' | 'retryable' | 'unreachable' | 'unknown' }>;

/** About the question, not about the job. */
const saysNothing = (reading: Reading): reading is NothingSaid =>
  reading.kind !== 'records' && reading.kind !== 'started' && reading.kind !== 'batch_rejected';

const wordsOf = (reading: NothingSaid): string => `The job's end is not known: ${reading.detail}`;

function pauseOf({ deps }: Chunk, reading: NothingSaid, misses: number): number {
  const { backoffFirstMs, backoffLongestMs, pauseMs } = deps.runtime.settings;
  if (reading.kind === 'throttled') return reading.waitMs;
  if (reading.kind === 'paused') return pauseMs;
  return Math.min(backoffLongestMs, backoffFirstMs * 2 ** Math.min(misses, 16));
}
