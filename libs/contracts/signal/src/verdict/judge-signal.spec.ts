import { judgeSignal } from './judge-signal';
import type { SignalFacts, TopicRules } from './verdict';

const NOW = Date.UTC(2026, 10, 26, 4, 42);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const rules: TopicRules = { futureSlackMs: HOUR, horizonMs: 400 * DAY, isReceiptJudged: true };
const imports: TopicRules = { ...rules, horizonMs: Infinity };
const facts: SignalFacts = { occurredAt: NOW, receivedAt: NOW, hasSignalId: true, hasIdentity: true };

it.each<[string, Partial<SignalFacts>, TopicRules, string | null]>([
  ['now', {}, rules, null],
  ['as far ahead as allowed', { occurredAt: NOW + HOUR, receivedAt: NOW + HOUR }, rules, null],
  ['as old as allowed', { occurredAt: NOW - 400 * DAY, receivedAt: NOW - 400 * DAY }, rules, null],
  ['a late import', { occurredAt: 0, receivedAt: Date.UTC(2019, 0, 1) }, imports, null],
  ['received before it happened, as a clock may say', { receivedAt: NOW - 2 * HOUR }, rules, null],
  ['no id', { hasSignalId: false }, rules, 'empty_signal_id'],
  ['no identity', { hasIdentity: false }, rules, 'no_identity'],
  ['an event too far ahead', { occurredAt: NOW + HOUR + 1 }, rules, 'future_event'],
  ['an event beyond every date', { occurredAt: 2 ** 63 }, imports, 'future_event'],
  ['an event beyond the horizon', { occurredAt: NOW - 400 * DAY - 1 }, rules, 'too_old'],
  ['an event before 1970, imports too', { occurredAt: -1 }, imports, 'too_old'],
  ['received too far ahead', { receivedAt: NOW + HOUR + 1 }, rules, 'invalid_received_at'],
  ['received in microseconds', { receivedAt: NOW * 1_000 }, rules, 'invalid_received_at'],
  ['received in seconds', { receivedAt: Math.floor(NOW / 1_000) }, rules, 'invalid_received_at'],
  ['received before 1970', { receivedAt: -1 }, rules, 'invalid_received_at'],
  ['received at 0, which is not set', { receivedAt: 0 }, rules, 'invalid_received_at'],
  ['received beyond every date', { receivedAt: -(2 ** 63) }, imports, 'invalid_received_at'],
  ['any receipt by rules before 2', { receivedAt: NOW * 1_000 }, { ...rules, isReceiptJudged: false }, null],
])('%s', (_name, change, topicRules, reason) => {
  expect(judgeSignal({ ...facts, ...change }, NOW, topicRules)?.reason ?? null).toBe(reason);
});

it('has no window after what a column of windows can hold, whatever the append time and the slack', () => {
  const late = Date.UTC(2200, 0, 1);
  expect(judgeSignal({ ...facts, occurredAt: late }, late, rules)?.reason).toBe('future_event');
});

it.each([
  ['seconds', Math.floor(NOW / 1_000), '; as seconds it would be 2026-11-26T04:42:00.000Z'],
  ['microseconds', NOW * 1_000, '; as microseconds it would be 2026-11-26T04:42:00.000Z'],
  ['nanoseconds', NOW * 1_000_000, '; as nanoseconds it would be 2026-11-26T04:42:00.000Z'],
  ['no unit that makes sense', NOW + 1_000 * DAY, ''],
])('says that a number may count %s', (_unit, time, hint) => {
  const detail = judgeSignal({ ...facts, occurredAt: time }, NOW, rules)?.detail ?? '';
  expect(detail).toMatch(/^occurred_at \S+ is (ahead of its append time|older than the horizon)/);
  expect(detail.endsWith(hint) && detail.includes(' it would be ') === (hint !== '')).toBe(true);
});
