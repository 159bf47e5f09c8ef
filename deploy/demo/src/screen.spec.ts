import { renderScreen } from './screen';
import type { Summary } from './summary';

const SUMMARY: Summary = {
  signals: {
    sent: 110,
    sealed: 100,
    duplicate: 4,
    quarantined: { no_identity: 1, invalid_event: 2 },
    open: 3,
    conservation: 'OK',
  },
  windows: { hours_sealed: 24, hours_revised: 2, late_signals: 5, replay: { steps: 3, checksum: 'equal' } },
  scores: { leads: 12, by_grade: { A: 4, B: 8 }, by_stage: [{ stage: 'mql', leads: 3, change: 1 }] },
  why: [
    {
      lead: 'ann@acme.example',
      before: 42,
      after: 67,
      reasons: ['Requested a demo.'],
      contributions: [{ points: 18, text: 'demo request 1x on 2026-11-23, 1 days before' }],
    },
  ],
  accounts: {
    surging: [{ account: 'Acme', points: 12, reasons: ['Reads about crm: 90 of 100 on 2026-11-23 (+12 points).'] }],
    committees: [{ account: 'Acme', engaged: 3, momentum: 2, roles: ['champion'], score: 62, stage: 'decision' }],
  },
  at_risk: [
    {
      account: 'Acme',
      band: 'red',
      health: 31,
      change: -40,
      risks: ['red'],
      reasons: ['Payments came.'],
      renewal_on: '2027-03-01',
      arr: 24_000,
      csm: 'ana.pratt',
    },
  ],
  credit: { month: '2026-10', is_equal: true, conversions: [] },
  moved: [{ person_id: 'u2', lead: 'bo@acme.example', on: '2026-11-24', before: 40, after: 45, moves: [] }],
  stories: [
    { text: 'Acme warms up.', expected: 'u1 is mql', is_found: true },
    { text: 'Other reads.', expected: 'acc_2 is surging', is_found: false },
  ],
  night: { tick_at: '2026-11-24T07:00:00Z', played_late_hours: 9.25 },
  plan: [
    {
      destination: 'crm lead',
      to_send: 3,
      suppressed: { no_material_change: 9 },
      calls: 1,
      calls_all_nightly: 2,
      calls_one_per_signal: 100,
      predicted_finish: '2026-11-24T16:15:05Z',
      deadline: '2026-11-24T11:00:00Z',
    },
  ],
  delivered: { accepted: 15, retried: 2, rejected: {}, lost: 0, twice: 0 },
  urgent: { what: 'demo_requested', to_whom: 'ann@acme.example', seconds: 0.0871 },
  targets: [{ name: 'error_rate', value: 0.05, unit: '% quarantined', target: '< 0.1 %', is_ok: true }],
  next: ['npx millrace windows list'],
  took_seconds: 90,
};

describe('the screen', () => {
  const lines = renderScreen(SUMMARY).split('\n');
  const section = (label: string): string => lines.find((line) => line.startsWith(label)) ?? '';

  it('adds up: what was sent is sealed, duplicate, quarantined or open', () => {
    expect(section('SIGNALS')).toContain(
      '110 sent = 100 sealed + 4 duplicate + 3 quarantined (invalid_event 2, no_identity 1) + 3 open   conservation OK',
    );
  });

  it('has every section of the contract, once and in order', () => {
    const labels = lines.map((line) => /^[A-Z]+/.exec(line)?.[0]).filter((label) => label !== undefined);
    expect(labels).toEqual([
      ...[
        'SIGNALS',
        'WINDOWS',
        'SCORES',
        'WHY',
        'MOVED',
        'ACCOUNTS',
        'AT',
        'CREDIT',
        'STORIES',
        'PLAN',
        'DELIVERED',
        'URGENT',
        'TARGETS',
        'NEXT',
      ],
    ]);
  });

  it('says why a lead moved, with points and reasons', () => {
    expect(section('WHY')).toContain('ann@acme.example: 42 -> 67');
    expect(lines).toContainEqual(expect.stringContaining('+18  demo request 1x on 2026-11-23'));
  });

  it('names accounts that surge or have a committee, and stories that the scores do not tell', () => {
    expect(section('ACCOUNTS')).toContain('Acme: surging, 12 points. Reads about crm');
    expect(lines).toContainEqual(expect.stringContaining('Acme: decision, score 62, 3 engaged (+2) (champion)'));
    expect(section('STORIES')).toContain('1 of 2');
    expect(lines).toContainEqual(expect.stringContaining('not found: acc_2 is surging. Other reads.'));
  });

  it('shows every instant in UTC, and how late the demo itself ran the night', () => {
    expect(section('PLAN')).toContain('finish 2026-11-24T16:15:05Z, deadline 2026-11-24T11:00:00Z');
    expect(lines).toContainEqual(
      expect.stringContaining("the night's tick was 2026-11-24T07:00:00Z; the demo ran it 9.3 h later"),
    );
    for (const [time] of lines.join('\n').matchAll(/\d\d:\d\d:\d\d\S*/g)) expect(time).toMatch(/Z[,;]?$/);
  });

  it('leaves out what was not measured', () => {
    expect(renderScreen({ ...SUMMARY, urgent: null })).not.toContain('URGENT');
  });
});
