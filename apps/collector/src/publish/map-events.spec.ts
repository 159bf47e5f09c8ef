import { drop, quarantine, toSignal, type MapContext, type MapResult } from '@millrace/catalog-sources';
import { createSignal, REJECTED_HEADERS } from '@millrace/contract-signal';

import { mapEvents, type OpenTopic } from './map-events';

const context: MapContext<null> = { source: 'website', receivedAt: 1, sentAt: null, settings: null };
const open: OpenTopic = {
  source: 'website',
  topic: 'signals.website.v1',
  encode: (signal) => Buffer.from(signal.signal_id),
};
const map = (raw: unknown): MapResult => {
  const { id, fate } = raw as { id: string; fate?: string };
  if (fate === 'drop') return drop('unwanted');
  if (fate === 'bad') return quarantine('invalid_event', 'because');
  return toSignal(
    createSignal({ signal_id: id, type: 't', source: 'website', occurred_at: 0, received_at: 1, user_id: 'u' }),
  );
};

describe('mapEvents', () => {
  it('makes a record of every event that is not dropped, in order', () => {
    const events = [
      { id: 'a' },
      { id: 'b', fate: 'bad', userId: 'u_2' },
      { id: 'c', fate: 'drop' },
      { id: 'x'.repeat(11) },
    ];
    const { records, accepted, dropped, quarantined } = mapEvents(events, map, context, open, 10);
    expect({ accepted, dropped, quarantined }).toEqual({
      accepted: 1,
      dropped: 1,
      quarantined: ['invalid_event', 'event_too_large'],
    });
    expect(records.map(({ key }) => key)).toEqual(['u', 'u_2', null]);
    expect(records.map(({ value }) => value?.toString())).toEqual(['a', '{"id":"b",', '{"id":"xxx']);
    expect(records[1]?.headers).toEqual({
      [REJECTED_HEADERS.reason]: 'invalid_event',
      [REJECTED_HEADERS.detail]: 'because (38 bytes, the first 10 are kept)',
    });
    expect(records[0]?.headers).toBeUndefined();
  });

  it('keeps the whole JSON of a rejected event that fits', () => {
    const { records } = mapEvents([{ id: 'b', fate: 'bad' }], map, context, open, 100);
    expect(records[0]?.value?.toString()).toBe('{"id":"b","fate":"bad"}');
    expect(records[0]?.headers?.[REJECTED_HEADERS.detail]).toBe('because');
  });

  it('makes nothing of nothing', () => {
    expect(mapEvents([], map, context, open, 10)).toEqual({ records: [], accepted: 0, dropped: 0, quarantined: [] });
  });
});
