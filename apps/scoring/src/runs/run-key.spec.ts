import type { DecidedRun } from '../schedule/decision-index';
import { revisionOf, runIdOf, staleRuns, type RunKey } from './run-key';

const key: RunKey = {
  model: 'lead_score',
  model_version: 1,
  settings_hash: 's',
  as_of: Date.parse('2026-11-24T07:00Z'),
  input_hash: 'i',
};
const run = (asOf: number, id: string, more: Partial<DecidedRun> = {}): DecidedRun =>
  ({
    kind: 'run',
    run_id: id,
    model: 'lead_score',
    model_version: 1,
    settings_hash: 's',
    as_of: asOf,
    revision: 1,
    ...more,
  }) as DecidedRun;

describe('a run id', () => {
  it('says model and instant and is the same for the same key', () => {
    expect(runIdOf(key)).toMatch(/^lead_score-20261124T070000Z-[0-9a-f]{16}$/);
    expect(runIdOf({ ...key })).toBe(runIdOf(key));
  });

  it('of a published run does not know of purposes: ids of before stay', () => {
    expect(runIdOf({ ...key, purpose: undefined })).toBe('lead_score-20261124T070000Z-1ab699cf029e427c');
  });

  it('says and hashes another purpose', () => {
    const ids = (['what_if', 'backtest'] as const).map((purpose) => runIdOf({ ...key, purpose }));
    expect(ids[0]).toMatch(/^lead_score-what_if-20261124T070000Z-/);
    expect(new Set([runIdOf(key), ...ids].map((id) => id.split('-').at(-1))).size).toBe(3);
  });

  it.each(['model_version', 'settings_hash', 'as_of', 'input_hash'] as const)('differs with %s', (field) => {
    const other = { ...key, [field]: typeof key[field] === 'number' ? (key[field] as number) + 1 : 'other' };
    expect(runIdOf(other)).not.toBe(runIdOf(key));
  });
});

describe('revisionOf', () => {
  it('counts runs of the same version and settings', () => {
    const runs = [
      run(key.as_of, 'a'),
      run(key.as_of, 'b', { revision: 2 }),
      run(key.as_of, 'c', { settings_hash: 't' }),
    ];
    expect(revisionOf(runs, key)).toBe(3);
    expect(revisionOf(runs, { ...key, settings_hash: 't' })).toBe(2);
    expect(revisionOf(runs, { ...key, settings_hash: 'u' })).toBe(1);
  });
});

it('staleRuns names runs that read or continue a replaced revision, of any model', () => {
  const runs = [
    run(1, 'people', { model: 'people_as_of' }),
    run(1, 'a', { inputs: { people: { kind: 'run', run_id: 'people' } } }),
    run(2, 'b', { previous_run_id: 'a' }),
    run(3, 'c', { previous_run_id: 'b' }),
    run(1, 'people2', { model: 'people_as_of', revision: 2 }),
  ];
  expect(staleRuns(runs).map((stale) => stale.run_id)).toEqual(['a']);
  const redone = run(1, 'a2', { inputs: { people: { kind: 'run', run_id: 'people2' } }, revision: 2 });
  expect(staleRuns([...runs, redone]).map((stale) => stale.run_id)).toEqual(['b']);
});
