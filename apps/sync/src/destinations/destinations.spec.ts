import { join } from 'node:path';

import { LEAD_FIELDS, SECRET, webhookEntry } from '../spec-support/run-sync';
import { loadDestinations, parseDestinations } from './load-destinations';

const parse = (entries: object[], env = {}) =>
  parseDestinations(JSON.stringify({ destinations: entries }), 'f.json', env);
const entry = webhookEntry('crm', 'https://crm.test/hook') as { objects: object[] };

it('reads the shipped file with nothing set', () => {
  const file = join(__dirname, '../../../../config/destinations/destinations.yaml');
  const loaded = loadDestinations(file, {});
  expect(loaded.map((one) => `${one.entry.name} ${one.entry.kind}`)).toEqual([
    'crm webhook',
    'warehouse clickhouse_table',
  ]);
});

it('takes secrets from the environment and names all that are missing', () => {
  const secretive = {
    ...entry,
    settings: { url: 'https://x.test', secret: { env: 'A_SECRET' }, headers: { k: { env: 'A_KEY' } } },
  };
  const [one] = parse([secretive], { A_SECRET: SECRET, A_KEY: 'key' });
  expect(one?.settings).toMatchObject({ secret: SECRET, headers: { k: 'key' } });
  expect(() => parse([secretive], {})).toThrow(/A_SECRET.*A_KEY/s);
});

it.each([
  ['an unknown kind', { ...entry, kind: 'fax' }, /no destination of kind "fax"/],
  ['a name that collides with a topic of ours', { ...entry, name: 'outcomes' }, /outcomes/],
  [
    'a setting that the kind does not know',
    { ...entry, settings: { url: 'https://x.test', secret: SECRET, colour: 1 } },
    /colour/,
  ],
  [
    'a field of the fast lane in a mapping',
    { ...entry, objects: [{ object: 'lead', fields: { ...LEAD_FIELDS, urgent_at: { from: 'lead_score.score' } } }] },
    /urgent_/,
  ],
  [
    'a source that no model has',
    { ...entry, objects: [{ object: 'lead', fields: { a: { from: 'score' } } }] },
    /<model>/,
  ],
  [
    'approval thresholds, which nothing obeys yet',
    { ...entry, approval: { changed: 0.3 } },
    /destinations\.0\.approval: is not supported yet/,
  ],
])('refuses %s', (_name, bad, message) => {
  expect(() => parse([bad])).toThrow(message);
});

it('refuses two destinations of one name and leaves out disabled ones', () => {
  expect(() => parse([entry, entry])).toThrow('two destinations have the same name');
  expect(parse([{ ...entry, enabled: false }])).toEqual([]);
});
