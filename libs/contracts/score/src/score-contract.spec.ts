import {
  contributionRowSchema,
  isKnownInput,
  readRunOrTick,
  readScoreDecision,
  runKey,
  scoreDecisionSchema,
  scoreRowSchema,
  scoresTopic,
  tickDoneKey,
  tickKey,
  type BoundInput,
  type NewRun,
} from './index';

const run: NewRun = {
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
    ['a run', { ...run, purpose: 'publish' }],
    ['a run that continues another', { ...run, purpose: 'publish', previous_run_id: 'r0' }],
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

describe('a run of version 2', () => {
  const inputs = {
    head: { kind: 'step', step: 12 },
    people: { kind: 'entities', offsets: [4, 0, 7] },
    days: { kind: 'builds', hash: 'dd', count: 400 },
    previous: { kind: 'run', run_id: null },
    edits: { kind: 'offset', offset: 0 },
  } as const;
  const second: NewRun = {
    ...run,
    ...{ v: 2, purpose: 'publish', inputs: { ...inputs, people: { kind: 'entities', offsets: [4, 0, 7] } } },
    ...{ fields: ['score', 'grade'], events: { count: 3, checksum: 'ee' } },
  };
  const read = (content: object) => readRunOrTick(JSON.parse(JSON.stringify(content)) as Record<string, unknown>);

  it('reads as it was written', () => expect(read(second)).toEqual(second));

  it('is published unless it says otherwise: so is every run of version 1', () => {
    expect(read(run)).toEqual({ ...run, purpose: 'publish' });
    expect(read({ ...run, v: 2, purpose: 'backtest' })).toMatchObject({ purpose: 'backtest' });
  });

  it.each([
    ['an entity of another version', { entity_kind: 'household' }],
    ['a conversion', { entity_kind: 'conversion' }],
    ['a purpose of another version', { purpose: 'rehearsal' }],
    [
      'an input of a kind that is not known here, whole',
      { inputs: { plan: { kind: 'plan', plan_id: 'p', deep: [1] } } },
    ],
    ['a version that is not known here', { v: 3 }],
  ])('reads %s', (_name, change) => expect(read({ ...second, ...change })).toEqual({ ...second, ...change }));

  it.each([
    ['an input without a kind', { inputs: { people: { offsets: [1] } } }],
    ['an input that is not what its kind says', { inputs: { people: { kind: 'entities', offsets: 'all' } } }],
    ['fields that are not names', { fields: [1] }],
  ])('refuses %s', (_name, change) => expect(() => read({ ...second, ...change })).toThrow());

  it('tells inputs that it knows from the others', () => {
    const known = Object.entries({ ...inputs, plan: { kind: 'plan' } }).map(([name, input]) => [
      name,
      isKnownInput(input as BoundInput),
    ]);
    expect(known).toEqual([...Object.keys(inputs).map((name) => [name, true]), ['plan', false]]);
  });
});

describe('a reader of decisions', () => {
  it('ignores a kind that it does not know, and one that it does not need', () => {
    expect(readScoreDecision({ kind: 'approval', run_id: 5 })).toBeUndefined();
    expect(readScoreDecision({ run_id: 'r' })).toBeUndefined();
    expect(readScoreDecision({ kind: 'toString' })).toBeUndefined();
    expect(readRunOrTick({ kind: 'tick', job: 5 })).toBeUndefined();
  });

  it('throws for content that its kind does not have', () => {
    expect(() => readScoreDecision({ kind: 'tick', job: 5 })).toThrow();
    expect(() => readRunOrTick({ ...run, rows: -1 })).toThrow();
  });

  it('takes the outcome of a tick as text', () => {
    const done = {
      kind: 'tick_done',
      job: 'j',
      scheduled_at: 5,
      outcome: 'x',
      reason: '',
      replica: 'a',
      decided_at: 6,
    };
    expect(readScoreDecision(done)).toEqual(done);
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
