import { readJsonBody } from '../json/read-body';
import { httpSource, refuseRequest } from '../source';
import { mapEvent } from './map-event';
import { sendgridSettings } from './settings';
import { headersProblem, isSigned } from './signature';

/** SendGrid's signed Event Webhook: what became of a mail, and what its recipient did. */
export const sendgrid = httpSource<typeof sendgridSettings>({
  type: 'sendgrid',
  title: "Mail events of SendGrid's signed Event Webhook",
  gives: ['signals', 'people'],
  settings: sendgridSettings,
  routes: [
    {
      method: 'POST',
      path: '/',
      auth: 'signature',
      check({ headers, receivedAt }, { window_seconds }) {
        const problem = headersProblem(headers, receivedAt, window_seconds);
        return problem === null ? undefined : refuseRequest(401, problem);
      },
      read({ headers, body }, { public_key }) {
        if (!isSigned(public_key, headers, body)) {
          return refuseRequest(401, 'The signature is not of this body by the key in the setting public_key');
        }
        const read = readJsonBody(body);
        if (!read.ok) return read;
        return Array.isArray(read.value)
          ? { ok: true, records: read.value }
          : refuseRequest(400, 'The body is not a list of events');
      },
    },
  ],
  map: mapEvent,
});
