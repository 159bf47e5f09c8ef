import { createRedact } from '@millrace/platform-config';

import { presentable } from './presentable';

const redact = createRedact(['secret-of-the-webhook']);

it('what is recorded and shown of an answer has no secret, no markup and 1,000 characters', () => {
  const detail = `<p>HTTP 401: secret-of-the-webhook</p> ${'x'.repeat(2_000)}`;
  const cleaned = `HTTP 401: [redacted] ${'x'.repeat(979)}`;
  expect(presentable({ kind: 'throttled', waitMs: 1, detail }, redact)).toEqual({
    kind: 'throttled',
    waitMs: 1,
    detail: cleaned,
  });
  const outcomes = [
    { record_id: 'a', outcome: 'accepted' as const, detail: '' },
    { record_id: 'b', outcome: 'rejected' as const, detail },
  ];
  expect(presentable({ kind: 'records', outcomes }, redact)).toEqual({
    kind: 'records',
    outcomes: [outcomes[0], { ...outcomes[1], detail: cleaned }],
  });
});
