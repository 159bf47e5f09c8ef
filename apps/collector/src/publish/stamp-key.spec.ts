import { segment } from '@millrace/catalog-sources';

import { stampKey } from './stamp-key';

const CONTEXT = {
  source: 'website',
  receivedAt: 1_795_660_000_000,
  sentAt: null,
  settings: segment.settings.parse({}),
};
const EVENT = { type: 'track', messageId: 'm', event: 'Demo Requested', userId: 'u', timestamp: CONTEXT.receivedAt };

describe('stampKey', () => {
  it.each(['page', 'server'] as const)(
    'says on a signal that its key is of kind %s, whatever the event says',
    (kind) => {
      const map = stampKey(segment.map, kind);
      for (const event of [EVENT, { ...EVENT, key_kind: 'other', properties: { key_kind: 'other' } }])
        expect(map(event, CONTEXT)).toMatchObject({ fate: 'signal', signal: { signal_id: 'm', key_kind: kind } });
    },
  );

  it('leaves what is not a signal as it is', () => {
    expect(stampKey(segment.map, 'page')('x', CONTEXT)).toEqual(segment.map('x', CONTEXT));
  });
});
