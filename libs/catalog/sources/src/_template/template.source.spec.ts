import { createHmac } from 'node:crypto';

import { describeHttpSource } from '../testing/describe-http-source';
import { template } from './template.source';

const SECRET = 'a-signing-secret';
const body = JSON.stringify([
  { id: 'evt_1', type: 'email_opened', occurred_at: '2026-03-10T11:59:00Z', email: 'ada@alder.example' },
  { id: 'evt_2', type: 'email_opened', occurred_at: 'yesterday', email: 'ada@alder.example' },
]);

describeHttpSource(template, __dirname, {
  settings: { signing_secret: SECRET },
  requests: [
    {
      title: 'two events, one of them without a time',
      path: '/',
      headers: { 'x-template-signature': createHmac('sha256', SECRET).update(body).digest('hex') },
      body,
      receivedAt: Date.parse('2026-03-10T12:00:00Z'),
      expect: { status: 200, accepted: 1, quarantined: 1 },
    },
  ],
});
