import { DEFAULT_SEGMENTS, gapsIn, ruleNeverUsed, ruleOf } from './segments';
import { rfmSettings } from './rfm.settings';

it.each([
  [5, 5, 5, 'champions'],
  [4, 4, 4, 'champions'],
  [2, 4, 4, 'cannot_lose'],
  [3, 1, 5, 'big_spenders'],
  [5, 5, 1, 'loyal'],
  [5, 2, 1, 'promising'],
  [3, 2, 4, 'need_attention'],
  [2, 3, 1, 'at_risk'],
  [1, 2, 4, 'at_risk'],
  [2, 2, 3, 'lost'],
])('R %j, F %j, M %j is %s', (r, f, m, segment) => {
  expect(DEFAULT_SEGMENTS[ruleOf(DEFAULT_SEGMENTS, { r, f, m })]?.segment).toBe(segment);
});

it('the default table names everybody, and uses each of its rules', () => {
  expect(gapsIn(DEFAULT_SEGMENTS)).toEqual([]);
  expect(ruleNeverUsed(DEFAULT_SEGMENTS)).toBe(-1);
});

it.each([
  ['a gap', [{ segment: 'loyal', f: [2, 5] }], 'no rule fits R 1, F 1, M 1'],
  ['a rule that is never used', [{ segment: 'lost' }, { segment: 'loyal', f: [4, 5] }], 'can never be used'],
  ['a range that is turned round', [{ segment: 'lost', r: [5, 1] }], 'from the lower score to the higher'],
  ['a segment that does not exist', [{ segment: 'best' }], 'segment'],
])('a table with %s is refused', (_what, segments, message) => {
  const problems = rfmSettings.safeParse({ segments }).error?.issues ?? [];
  expect(JSON.stringify(problems)).toContain(message);
});

it('runs every four hours through sealed hours when its schedule says so', () => {
  const { schedule } = rfmSettings.parse({ schedule: { cron: '0 */4 * * *', through: 'last_sealed_hour' } });
  expect(schedule).toMatchObject({
    cron: '0 */4 * * *',
    through: 'last_sealed_hour',
    after: ['people_as_of', 'accounts_as_of'],
  });
});
