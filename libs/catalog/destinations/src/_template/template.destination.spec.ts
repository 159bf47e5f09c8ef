import { describeConformance } from '../testing/conformance';
import { template } from './template.destination';

describeConformance(template, {
  settings: (url) => ({ url, token: 'token' }),
  acceptAll: (_request, records) => ({
    do: 'answer',
    status: 200,
    body: JSON.stringify({ accepted: records.map(({ match_key }) => match_key), errors: {} }),
  }),
  rejectOne: (bad, records) => ({
    do: 'answer',
    status: 200,
    body: JSON.stringify({
      accepted: records.filter((record) => record !== bad).map(({ match_key }) => match_key),
      errors: { [bad.match_key]: 'unknown contact' },
    }),
  }),
});
