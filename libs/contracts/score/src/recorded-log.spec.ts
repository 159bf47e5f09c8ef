import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readRunOrTick, readScoreDecision, runKey, tickDoneKey, tickKey, type ScoreDecision } from './index';

/** Records of scores.published.v1 as services of e878759 wrote them. */
const recorded = readFileSync(join(__dirname, 'fixtures/scores.published.v1.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { key: string; value: string })
  .map(({ key, value }) => ({ key, content: JSON.parse(value) as Record<string, unknown> }));

const keyOf = (decision: ScoreDecision): string => {
  if (decision.kind === 'run') return runKey(decision.run_id);
  if (decision.kind === 'tick') return tickKey(decision.job, decision.scheduled_at, decision.epoch);
  return tickDoneKey(decision.job, decision.scheduled_at);
};

it('every recorded decision reads as it was written, and a run as published', () => {
  for (const { key, content } of recorded) {
    const read = readScoreDecision(content) as ScoreDecision;
    expect(read).toEqual(content['kind'] === 'run' ? { ...content, purpose: 'publish' } : content);
    expect(keyOf(read)).toBe(key);
    expect(readRunOrTick(content)).toEqual(read.kind === 'tick' ? undefined : read);
  }
});

it('there is one of every kind', () => {
  expect([...new Set(recorded.map(({ content }) => content['kind']))].sort()).toEqual(['run', 'tick', 'tick_done']);
});
