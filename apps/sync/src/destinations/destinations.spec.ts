import { destinationOfKind, type Destination } from '@millrace/catalog-destinations';
import { PUBLISHED } from '@millrace/catalog-models/published';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectProblems } from './object-problems';

import { LEAD_FIELDS, SECRET, webhookEntry } from '../testing/run-sync';
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

it('takes secrets from files beside the file, and names none that it has read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'destinations-'));
  writeFileSync(join(folder, 'secret'), `${SECRET}\n`);
  const file = join(folder, 'd.json');
  const load = (settings: object) => {
    writeFileSync(file, JSON.stringify({ destinations: [{ ...entry, settings }] }));
    return loadDestinations(file, { A_URL: 'token-in-the-place-of-a-url' });
  };
  const [one] = load({ url: 'https://x.test', secret: { file: 'secret' } });
  expect(one?.settings).toMatchObject({ secret: SECRET });
  expect(one?.redact(`HTTP 403: ${SECRET} is not known`)).toBe('HTTP 403: [redacted] is not known');
  expect(() => load({ url: { env: 'A_URL' }, secret: { file: 'nothing' } })).toThrow(
    /settings\.secret: names .*nothing, which cannot be read.*\n.*settings\.url: is text of 27 characters from A_URL: give a URL/,
  );
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
    /fields\.a\.from: is "score", which no model publishes: there is lead_score\.score/,
  ],
  [
    'approval thresholds, which nothing obeys yet',
    { ...entry, approval: { changed: 0.3 } },
    /destinations\[0\]\.approval: is not supported yet/,
  ],
])('refuses %s', (_name, bad, message) => {
  expect(() => parse([bad])).toThrow(message);
});

it('refuses two destinations of one name and leaves out disabled ones', () => {
  expect(() => parse([entry, entry])).toThrow('two destinations have the same name');
  expect(parse([{ ...entry, enabled: false }])).toEqual([]);
});

const mapped = (fields: object, more: object = {}): object => ({
  ...entry,
  objects: [{ object: 'lead', fields, ...more }],
});

it.each([
  ['lead_scores.grade', /is "lead_scores\.grade", which no model publishes: there is lead_score\.grade/],
  ['lead_score.grades', /there is lead_score\.grade/],
  ['lead_score.', /which no model publishes/],
  ['lead_score.constructor', /which no model publishes/],
  ['constructor.name', /which no model publishes/],
  ['grade', /there is lead_score\.grade/],
  ['person_days.count', /which no model publishes/],
  ['lead_score.score.x', /which no model publishes/],
  ['', /which no model publishes/],
])('refuses a field from %j', (from, message) => {
  expect(() => parse([mapped({ a: { from } })])).toThrow(message);
});

it('refuses a delta of what is not a number, and an object of another entity', () => {
  expect(() => parse([mapped({ a: { from: 'lead_score.grade', trigger: { delta: 5 } } })])).toThrow(
    /fields\.a\.trigger: has a delta, and lead_score\.grade is not a number/,
  );
  expect(() => parse([mapped({ a: { from: 'lead_score.score' } }, { entity: 'account' })])).toThrow(
    /which is of a person: the object's entity is account/,
  );
});

it('names everything that is wrong with a file at once, each with its place', () => {
  const text = [
    'destinations:',
    '  - name: crm',
    '    kind: wehbook',
    '    settings: {}',
    '    objects:',
    '      - object: lead',
    '        matsh: email',
    '        fields:',
    '          grade: { from: lead_scores.grade, trigger: chnage }',
    '  - name: other',
    '    kind: webhook',
    '    settings: { url: nowhere, secret: { env: NOT_SET } }',
    '  - name: third',
    '    kind: webhook',
    '    settings: { url: nowhere, secret: short }',
  ].join('\n');
  const lines = ((): string[] => {
    try {
      parseDestinations(text, 'd.yaml', {});
    } catch (error) {
      return (error as Error).message.split('\n').slice(1);
    }
    return [];
  })();
  expect(lines).toEqual([
    expect.stringContaining('d.yaml:9:45 destinations[0].objects[0].fields.grade.trigger: is "chnage": give change'),
    expect.stringContaining('d.yaml:7:9 destinations[0].objects[0].matsh: is not known here: there is match, '),
    expect.stringContaining('d.yaml:9:20 destinations[0].objects[0].fields.grade.from: is "lead_scores.grade"'),
    expect.stringContaining(
      'd.yaml:3:5 destinations[0].kind: there is no destination of kind "wehbook": there is webhook',
    ),
    expect.stringContaining(
      'd.yaml:12:31 destinations[1].settings.secret: NOT_SET is not set: set it, or NOT_SET_FILE',
    ),
    expect.stringContaining('d.yaml:12:17 destinations[1].settings.url: is "nowhere": give a URL'),
    expect.stringContaining('d.yaml:15:17 destinations[2].settings.url: is "nowhere": give a URL'),
    expect.stringContaining('d.yaml:15:31 destinations[2].settings.secret: is text of 5 characters: give 16'),
  ]);
  expect(lines.join()).not.toMatch(/Invalid|"short"/);
});

describe('what a kind takes', () => {
  const made = {
    ...destinationOfKind('webhook'),
    kind: 'made',
    objects: {
      contacts: {
        of: ['person'],
        match: ['email', 'crm_id'],
        modes: ['update', 'upsert'],
        fields: { score: { takes: ['number'] }, grade: { takes: ['text'] } },
      },
      companies: { of: ['account'], match: ['email', 'id'], modes: ['update'], fields: {} },
    },
  } as const satisfies Destination;
  const problemsOf = (objects: object[], more: object = {}): string[] =>
    objectProblems(made, { objects, ...more }, ['d'], PUBLISHED).map(
      ({ path, message }) => `${path.slice(1).join('.')} ${message}`,
    );
  const contacts = (more: object = {}, fields: object = { score: { from: 'lead_score.score' } }) => ({
    object: 'contacts',
    fields,
    ...more,
  });

  it.each<[string, object, string | undefined]>([
    ['an object that it has', contacts(), undefined],
    [
      'an object that it has not',
      contacts({ object: 'contact' }),
      'objects.0.object is "contact", which made does not have: there is contacts',
    ],
    [
      'an object of others',
      contacts({ object: 'companies' }, {}),
      'objects.0.object is companies, which holds account, not person',
    ],
    [
      'a match key of others',
      contacts({ match: 'id' }),
      'objects.0.match is id, by which contacts is not found: email or crm_id',
    ],
    [
      'an id of nobody',
      contacts({ match: 'crm_id' }),
      'objects.0.match is crm_id, and the destination names no instance',
    ],
    [
      'a mode of others',
      contacts({ mode: 'create' }),
      'objects.0.mode is create, which this object does not take: update or upsert',
    ],
    [
      'a field that it has not',
      contacts({}, { scor: { from: 'lead_score.score' } }),
      'objects.0.fields.scor "scor" is not a field of this object: there is score',
    ],
    [
      'a field of another type',
      contacts({}, { grade: { from: 'lead_score.score' } }),
      'objects.0.fields.grade takes text, and what is mapped is a number',
    ],
    [
      'a policy for a field that is not mapped',
      contacts({ leavers: { set: { grade: 'F' } } }),
      'objects.0.leavers.set.grade is not a field of the mapping',
    ],
    [
      'an account by its e-mail',
      { object: 'companies', entity: 'account', fields: {} },
      'objects.0.match is email, and an account has none: give id',
    ],
  ])('%s', (_name, object, problem) => {
    const problems = problemsOf([object]);
    if (problem === undefined) expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it('is asked of targets of the fast lane, too', () => {
    const problems = problemsOf([], { urgent: { person: { object: 'contacts' }, account: { object: 'firms' } } });
    expect(problems).toEqual([
      expect.stringContaining('urgent.person.object "urgent_reason" is not a field'),
      expect.stringContaining('urgent.person.object "urgent_at" is not a field'),
      expect.stringContaining('urgent.person.object "urgent_url" is not a field'),
      expect.stringContaining('urgent.account.object is "firms", which made does not have'),
    ]);
  });
});
