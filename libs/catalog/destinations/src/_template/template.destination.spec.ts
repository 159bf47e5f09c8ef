import { describeConformance } from '../testing/conformance';
import { template } from './template.destination';
import { createTemplateServer } from './testing/template-server';

describeConformance(template, {
  createApi: createTemplateServer,
  settings: (url) => ({ url, token: 'token' }),
  own: {
    empty: { status: 200 },
    quota: { status: 429, body: 'Too many requests' },
    auth: { status: 401, body: 'Unknown token' },
    oneBad: 'unknown contact',
    allBad: { status: 400, body: 'Unknown property lead_scor' },
  },
});
