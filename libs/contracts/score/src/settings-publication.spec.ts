import { publicationKey, readSettingsPublication } from './settings-publication';
import { publicationsTopic } from './topics';

const said = {
  kind: 'settings',
  v: 1,
  model: 'lead_score',
  settings: { look_back_days: 90 },
  hash: 'abc',
  author: 'ana',
  note: 'why',
  published_at: 1_000,
};

it('is a decision that never expires, keyed by model and number', () => {
  expect(publicationsTopic('t.')).toMatchObject({ name: 't.models.published.v1', partitions: 1 });
  expect(publicationKey('lead_score', 3)).toBe('settings:lead_score:3');
});

it('reads what is known, keeps other kinds for other versions, and refuses what is not whole', () => {
  expect(readSettingsPublication(said)).toEqual(said);
  expect(readSettingsPublication({ ...said, counts_from: 5 })).toMatchObject({ counts_from: 5 });
  expect(readSettingsPublication({ kind: 'draft' })).toBeUndefined();
  expect(() => readSettingsPublication({ ...said, note: undefined })).toThrow(/note/);
});
