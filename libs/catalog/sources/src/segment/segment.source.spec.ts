import { describeSource } from '../testing/describe-source';
import type { MapContext } from '../source';
import { segment } from './segment.source';

describeSource(segment, __dirname);

describe('segment', () => {
  const receivedAt = Date.parse('2026-03-10T12:00:00Z');
  const call = { type: 'track', event: 'x', messageId: 'm', userId: 'u', timestamp: '2026-03-10T11:00:00.123Z' };
  const context = (sentAt: number | null): MapContext<never> =>
    ({ source: 'website', receivedAt, sentAt, settings: segment.settings.parse({}) }) as unknown as MapContext<never>;
  const occurredAt = (sentAt: number | null): string => {
    const result = segment.map(call, context(sentAt));
    return result.fate === 'signal' ? new Date(result.signal.occurred_at).toISOString() : result.reason;
  };

  it.each([
    ['no sentAt', null, '2026-03-10T11:00:00.123Z'],
    ['two minutes of transport are no skew', receivedAt - 120_000, '2026-03-10T11:00:00.123Z'],
    ['an hour slow, or an hour late', receivedAt - 3_600_000, '2026-03-10T11:00:00.123Z'],
    ['ten minutes fast', receivedAt + 600_000, '2026-03-10T10:50:00.123Z'],
    ['ten minutes fast, its retry seconds later', receivedAt + 583_000, '2026-03-10T10:50:00.123Z'],
  ])('corrects the clock: %s', (_title, sentAt, expected) => {
    expect(occurredAt(sentAt)).toBe(expected);
  });

  it('keeps nothing of an IP address', () => {
    const result = segment.map({ ...call, context: { ip: '203.0.113.9' } }, context(null));
    expect(JSON.stringify(result)).not.toContain('203.0.113.9');
  });
});
