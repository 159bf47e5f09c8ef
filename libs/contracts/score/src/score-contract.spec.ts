import {
  contributionRowSchema,
  runKey,
  scoreDecisionSchema,
  scoreRowSchema,
  scoresTopic,
  tickDoneKey,
  tickKey,
  type RunPublished,
} from './index';

const run: RunPublished = {
  kind: 'run',
  run_id: 'lead_score-20261124T070000Z-0123456789ab',
  model: 'lead_score',
  model_version: 1,
  settings_hash: 'aa',
  input_hash: 'bb',
  as_of: 1_795_503_600_000,
  as_of_date: '2026-11-24',
  zone: 'America/New_York',
  step: 12,
  revision: 1,
  is_partial: false,
  missing: [],
  entity_kind: 'person',
  rows: 2,
  checksum: 'cc',
  started_at: 1,
  published_at: 2,
};

describe('the decision log of scores', () => {
  it('is one partition that never expires', () => {
    expect(scoresTopic('t.')).toMatchObject({ name: 't.scores.published.v1', partitions: 1 });
    expect(scoresTopic().config).toMatchObject({ 'retention.ms': '-1', 'retention.bytes': '-1' });
  });

  it('keys say what is decided once: a tick and epoch, a tick without a run, a run', () => {
    expect([tickKey('lead_score', 5, 0), tickDoneKey('lead_score', 5), runKey('r')]).toEqual([
      'tick:lead_score:5:0',
      'done:lead_score:5',
      'run:r',
    ]);
  });

  it.each([
    ['a run', run],
    ['a run that continues another', { ...run, previous_run_id: 'r0' }],
    ['a claim', { kind: 'tick', job: 'lead_score', scheduled_at: 5, epoch: 0, replica: 'a', claimed_at: 6 }],
    [
      'a tick without a run',
      { kind: 'tick_done', job: 'j', scheduled_at: 5, outcome: 'failed', reason: 'x', replica: 'a', decided_at: 6 },
    ],
  ])('reads %s', (_name, decision) => {
    expect(scoreDecisionSchema.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
  });

  it.each([
    ['another kind', { ...run, kind: 'publish' }],
    ['a revision below 1', { ...run, revision: 0 }],
    ['a local date that is none', { ...run, as_of_date: '24.11.2026' }],
  ])('refuses %s', (_name, decision) => {
    expect(scoreDecisionSchema.safeParse(decision).success).toBe(false);
  });
});

describe('rows', () => {
  const row = {
    run_id: 'r',
    model: 'lead_score',
    as_of_date: '2026-11-24',
    entity_kind: 'person',
    entity_id: 'u1',
    account_id: '',
    email: '',
    score: 100,
    previous_score: null,
    grade: '?',
    stage: 'none',
    previous_stage: null,
    score_reasons: [],
    tier: 'none',
    created_at: null,
    do_not_sync: false,
    is_unsubscribed: false,
  };

  it('a score is a whole number from 0 to 100', () => {
    expect(scoreRowSchema.safeParse(row).success).toBe(true);
    for (const score of [-1, 101, 0.5]) expect(scoreRowSchema.safeParse({ ...row, score }).success).toBe(false);
  });

  it('a contribution names at most five signals and has whole points', () => {
    const contribution = {
      run_id: 'r',
      entity_id: 'u1',
      component: 'engagement',
      signal_class: 'open',
      day: '2026-11-23',
      points: 3,
      count: 1,
      weight: 1,
      age_days: 1,
      signal_ids: ['a', 'b', 'c', 'd', 'e'],
    };
    expect(contributionRowSchema.safeParse(contribution).success).toBe(true);
    expect(contributionRowSchema.safeParse({ ...contribution, points: 0.5 }).success).toBe(false);
    const six = [...contribution.signal_ids, 'f'];
    expect(contributionRowSchema.safeParse({ ...contribution, signal_ids: six }).success).toBe(false);
  });
});
