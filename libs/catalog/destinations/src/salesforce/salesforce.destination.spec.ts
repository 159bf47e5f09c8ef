import { generateKeyPairSync } from 'node:crypto';

import { shapeOf } from '../destination';
import { describeConformance, type ConformanceCase } from '../testing/conformance';
import { salesforce } from './salesforce.destination';
import { settingsAt } from './testing/deliver-to';
import { createSalesforceServer } from './testing/salesforce-server';

const words = (errorCode: string, message: string): string => JSON.stringify([{ message, errorCode }]);

const BOTH: ConformanceCase = {
  createApi: () => createSalesforceServer(),
  settings: (url) => settingsAt(url),
  context: { object: 'Contact', mode: 'update' },
  own: {
    empty: { status: 200 },
    quota: { status: 403, body: words('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.') },
    auth: { status: 401, body: words('INVALID_SESSION_ID', 'Session expired or invalid') },
    oneBad: 'STRING_TOO_LONG:Title: data value too large (max length=128)',
    allBad: { status: 400, body: words('INVALID_FIELD', "No such column 'lead_scor' on sobject of type Contact") },
  },
  statuses: { '503': 'throttled' },
};

// What got no answer is read back, and found not to be there.
const READ_BACK = { 'no answer': 'records', 'a connection cut after the request': 'records' } as const;

describe('collections', () =>
  describeConformance(salesforce, { ...BOTH, statuses: { ...BOTH.statuses, ...READ_BACK } }));
describe('bulk', () => describeConformance(salesforce, { ...BOTH, planRecords: 2_001, lost: 'retryable' }));

describe('settings', () => {
  const key = (type: 'rsa' | 'ec'): string => {
    const pair =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  };
  const jwt = { client_secret: undefined, username: 'ana@example.com' };
  const said = (extra: Record<string, unknown>): string => {
    const read = salesforce.settings.safeParse(settingsAt('https://acme.my.salesforce.com', extra));
    return read.success ? 'taken' : read.error.issues.map(({ message }) => message).join();
  };

  it.each<[string, () => Record<string, unknown>, RegExp]>([
    ['client credentials', () => ({}), /^taken$/],
    ['a JWT', () => ({ ...jwt, private_key: key('rsa') }), /^taken$/],
    ['a key of another kind', () => ({ ...jwt, private_key: key('ec') }), /RSA/],
    ['text for a key', () => ({ ...jwt, private_key: 'secret' }), /RSA/],
    ['both', () => ({ username: 'ana@example.com', private_key: key('rsa') }), /either/],
    ['neither', () => ({ client_secret: undefined }), /either/],
    ['half a JWT', () => jwt, /either/],
    ['a refresh token', () => ({ refresh_token: '5Aep' }), /would have to be stored/],
    ['a login without TLS', () => ({ login_url: 'http://login.salesforce.com' }), /https/],
    ['a login on this machine', () => ({ login_url: 'http://127.0.0.1:8080' }), /^taken$/],
    ['a field that is not a name', () => ({ external_id_fields: { Lead: "Key__c' OR" } }), /./],
    ['an object that is not a name', () => ({ external_id_fields: { 'Lead/..': 'Key__c' } }), /./],
  ])('%s', (_name, extra, expected) => {
    expect(said(extra())).toMatch(expected);
    if (!expected.test('taken')) expect(said(extra())).not.toBe('taken');
  });

  it('takes standard objects and custom ones, and fields by the names that they can have', () => {
    for (const name of ['Lead', 'Contact', 'Account', 'Score__c', 'acme__Score__c']) {
      expect(shapeOf(salesforce, name)).toBeDefined();
    }
    for (const name of ['Opportunity', '__c', "Score__c'", 'a/b__c', 'constructor']) {
      expect(shapeOf(salesforce, name)).toBeUndefined();
    }
    const others = shapeOf(salesforce, 'Lead')?.others?.name;
    for (const name of ['Score__c', 'Title', 'acme__Score__c']) expect(name).toMatch(others ?? /$^/);
    for (const name of ['Id', 'id', 'attributes', '1st', 'a-b', 'a b', '']) expect(name).not.toMatch(others ?? /^/);
  });

  it('counts one account for one login, app and user, and its calls in any 24 hours', () => {
    const settings = salesforce.settings.parse(settingsAt('https://acme.my.salesforce.com'));
    expect(salesforce.account(settings)).toBe('acme.my.salesforce.com/consumer-key/');
    expect(salesforce.limits(settings)).toEqual([
      { name: 'concurrency', kind: 'at_once', calls: 4 },
      { name: 'calls_per_day', kind: 'day', calls: 100_000, resets: 'rolling' },
    ]);
  });
});
