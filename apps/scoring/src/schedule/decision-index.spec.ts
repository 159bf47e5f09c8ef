import { leadScore, parseModelSettings } from '@millrace/catalog-models';
import { runKey, tickKey, type ScoreDecision } from '@millrace/contract-score';
import type { Entry } from '@millrace/platform-kafka';

import { createDecisionIndex } from './decision-index';
import { planRuns, type DecisionView, type ScheduledModel } from './plan-runs';
import { createTicker } from './ticks';

const DAY = 86_400_000;
const EPOCHS = 4;

const run = (model: string, asOf: number, runId: string): ScoreDecision =>
  ({ kind: 'run', model, as_of: asOf, run_id: runId }) as ScoreDecision;

/** A log whose entries count how often anybody looks into one. */
function countingLog(): {
  looks(): number;
  append(key: string, value: ScoreDecision, appendedAt: number): void;
  readonly log: Parameters<typeof createDecisionIndex>[0];
} {
  const entries: Entry<ScoreDecision>[] = [];
  const listeners: ((entry: Entry<ScoreDecision>) => void)[] = [];
  let looks = 0;
  return {
    looks: () => looks,
    append(key, value, appendedAt) {
      const entry: Entry<ScoreDecision> = {
        key,
        get value() {
          looks += 1;
          return value;
        },
        offset: BigInt(entries.length),
        appendedAt,
      };
      entries.push(entry);
      for (const listener of listeners) listener(entry);
    },
    log: {
      entries: () => [...entries],
      onEntry: (listener) => {
        listeners.push(listener);
        return () => undefined;
      },
    },
  };
}

describe('runs of a model', () => {
  const { log, append } = countingLog();
  append('run:a', run('m', 20, 'a'), 100);
  const index = createDecisionIndex(log);
  append('run:b', run('m', 10, 'b'), 101);
  append('run:c', run('m', 20, 'c'), 102);
  append('run:d', run('other', 20, 'd'), 103);

  it('are found in log order, those read before it began included', () => {
    expect(index.runsOf('m').map((one) => one.run_id)).toEqual(['a', 'b', 'c']);
    expect(index.runsOf('nobody')).toEqual([]);
  });

  it.each([
    [9, undefined],
    [10, 'b'],
    [19, 'b'],
    [20, 'c'],
    [99, 'c'],
  ])('of the newest instant at or before %i is the newest decision', (through, found) => {
    expect(index.newestRun('m', through)?.run_id).toBe(found);
  });

  it('of an instant are its revisions in log order', () => {
    expect(index.runsAt('m', 20).map((one) => one.run_id)).toEqual(['a', 'c']);
    expect(index.runsAt('m', 15)).toEqual([]);
  });

  it('count ticks from when the first was made, and from a claimed tick where that came first', () => {
    append('tick:t:5:0', { kind: 'tick', job: 't', scheduled_at: 5, epoch: 0, replica: 'a', claimed_at: 7 }, 104);
    expect([index.firstDecisionAt('m'), index.firstDecisionAt('t'), index.firstDecisionAt('x')]).toEqual([
      100,
      5,
      undefined,
    ]);
  });
});

describe('a turn of the scheduler after many nights', () => {
  const { schedule } = parseModelSettings(
    leadScore,
    { schedule: { cron: '0 2 * * *', zone: 'UTC' } },
    'a test',
  ).settings;

  /** Counts what one turn of the scheduler looks at and asks, the night after `nights` nights. */
  function lookAfter(nights: number): {
    readonly perEntry: number;
    readonly looks: number;
    readonly questions: number;
  } {
    const { log, append, looks } = countingLog();
    const index = createDecisionIndex(log);
    const first = Date.parse('1999-01-01T02:00Z');
    let entries = 0;
    for (let night = 0; night < nights; night++) {
      const tick = first + night * DAY;
      for (let epoch = 0; epoch < EPOCHS; epoch++) {
        const claim = { kind: 'tick', job: 'm', scheduled_at: tick, epoch, replica: 'a', claimed_at: tick } as const;
        append(tickKey('m', tick, epoch), claim, tick + epoch * 20_000);
      }
      append(runKey(`m-${tick}`), run('m', tick, `m-${tick}`), tick + EPOCHS * 20_000);
      entries += EPOCHS + 1;
    }
    const read = looks();
    let questions = 0;
    const view: DecisionView = {
      firstDecisionAt: (model) => (questions++, index.firstDecisionAt(model)),
      tickState: (model, instant) => (questions++, index.tickState(model, instant)),
    };
    const model: ScheduledModel = {
      name: 'm',
      schedule,
      ticker: createTicker('0 2 * * *', 'UTC'),
      sameInstant: [],
      spillMs: 0,
    };
    const now = first + nights * DAY + 1_000;
    const settings = { startedAt: now, catchUpMs: 14 * DAY, zone: 'UTC' };
    const planned = planRuns([model], view, undefined, now, settings);
    expect(planned.map(({ asOf }) => asOf)).toEqual([first + nights * DAY]);
    expect(index.isOverlapped('m', now, now, 60_000)).toBe(false);
    expect(index.newestRun('m', now)?.as_of).toBe(first + (nights - 1) * DAY);
    return { perEntry: read / entries, looks: looks() - read, questions };
  }

  it('looks at no entry again, and asks as much after 10,000 nights as after 20', () => {
    const few = lookAfter(20);
    expect(few).toEqual({ perEntry: 1, looks: 0, questions: expect.any(Number) });
    expect(lookAfter(10_000)).toEqual(few);
  });
});
