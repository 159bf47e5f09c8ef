import { batchOf, entryOf } from '../testing/deliver-in-memory';
import { assertKnownWords, contextOf, modeOf } from './wire-context';

const entry = entryOf('made', {
  objects: [
    { ...entryOf('made').objects[0], object: 'contact', match: 'crm_id', mode: 'upsert' },
    { ...entryOf('made').objects[0], object: 'company', entity: 'account', match: 'id' },
  ] as ReturnType<typeof entryOf>['objects'],
  urgent: { person: { object: 'contact', match: 'email' }, account: { object: 'task', match: 'id' } },
});

it.each([
  ['of the mapping', { object: 'contact' }, { subject: 'person', match: 'crm_id', mode: 'upsert' }],
  ['of the mapping of accounts', { object: 'company' }, { subject: 'account', match: 'id', mode: 'update' }],
  [
    'of the urgent target',
    { object: 'contact', lane: 'urgent' },
    { subject: 'person', match: 'email', mode: 'upsert' },
  ],
  [
    'of an urgent target that no mapping writes',
    { object: 'task', lane: 'urgent', subject: 'account' },
    { subject: 'account', match: 'id', mode: 'update' },
  ],
] as const)('has subject, match and mode %s', (_name, more, expected) => {
  const batch = batchOf(['ann'], more);
  const [record] = batch.records;
  if (record === undefined) throw new Error('no record');
  expect(contextOf(batch, modeOf(record, batch, entry), entry, 7)).toMatchObject({ ...expected, now: 7 });
});

it.each([
  ['a subject', { subject: 'deal' }, /subject "deal"/],
  ['a mode', { records: batchOf(['ann']).records.map((one) => ({ ...one, mode: 'merge' })) }, /mode "merge"/],
])('refuses %s of another version', (_name, more, words) => {
  expect(() => assertKnownWords({ ...batchOf(['ann']), ...more })).toThrow(words);
});
