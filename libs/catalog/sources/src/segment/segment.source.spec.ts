import { describeHttpSource } from '../testing/describe-http-source';
import type { MapContext, Mapped } from '../source';
import { segment } from './segment.source';

describeHttpSource(segment, __dirname, {
  requests: [
    {
      title: 'a batch with one event that is not one',
      path: '/v1/batch',
      body: JSON.stringify({ batch: [{ type: 'track', event: 'x', userId: 'u', messageId: 'm' }, 'nonsense'] }),
      receivedAt: 1_772_000_000_000,
      expect: { status: 200, accepted: 1, quarantined: 1 },
    },
    {
      title: 'a call of a browser',
      path: '/v1/t',
      body: JSON.stringify({ event: 'x', anonymousId: 'a', messageId: 'm' }),
      receivedAt: 1_772_000_000_000,
      expect: { status: 200, accepted: 1, quarantined: 0 },
    },
    {
      title: 'the settings of a browser SDK',
      method: 'GET',
      path: '/v1/projects/:writeKey/settings',
      params: { writeKey: 'k' },
      body: '',
      receivedAt: 1_772_000_000_000,
      expect: { status: 200, accepted: 0, quarantined: 0 },
    },
    {
      title: 'JSON that ends too early',
      path: '/v1/batch',
      body: '{"batch":[',
      receivedAt: 1_772_000_000_000,
      expect: { status: 400 },
    },
  ],
});

describe('segment', () => {
  const receivedAt = Date.parse('2026-03-10T12:00:00Z');
  const call = { type: 'track', event: 'x', messageId: 'm', userId: 'u', timestamp: '2026-03-10T11:00:00.123Z' };
  const context = (sentAt: number | null): MapContext<unknown> => ({
    instance: 'website',
    receivedAt,
    sentAt,
    settings: segment.settings.parse({}),
  });
  const occurredAt = (sentAt: number | null): string => {
    const [result] = segment.map(call, context(sentAt)) as [Mapped];
    return result.fate === 'signal' ? new Date(result.signal.occurred_at).toISOString() : result.fate;
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
