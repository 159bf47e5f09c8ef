import { join } from 'node:path';

import { EntityIndex } from '../entities/entity-index';
import { compileRules, partiesOf } from './match-rules';
import type { ProjectedSignal } from './projected-signal';
import { claimUrgency, type UrgentClaim, type UrgentLog } from './urgent-ledger';
import { subjectOf } from './urgent-batches';
import { DEFAULT_URGENCY_RULES, loadUrgencyRules } from './urgency-rules';

const entities = new EntityIndex();
const person = { email: null, account_id: null, consent: null, do_not_sync: false, created_at: null };
const account = { is_target: false, owner: null, created_at: null };
entities.setPerson('ann', { ...person, person_id: 'ann', email: 'ann@acme.test', account_id: 'acme' });
entities.setAccount('acme', { ...account, account_id: 'acme', domain: 'acme.test', tier: 'enterprise' });
entities.setAccount('goal', { ...account, account_id: 'goal', domain: 'goal.example', tier: 'smb', is_target: true });
entities.setAccount('tiny', { ...account, account_id: 'tiny', domain: 'tiny.test', tier: 'smb' });
const matcher = compileRules(DEFAULT_URGENCY_RULES);
const signalOf = (values: Partial<ProjectedSignal>): ProjectedSignal => ({
  signal_id: 's',
  type: 'page_viewed',
  occurred_at: 0,
  received_at: 0,
  user_id: null,
  email: null,
  account_id: null,
  domain: null,
  url: null,
  ...values,
});

it.each([
  ['a demo request', { type: 'demo_requested', email: ' Ann@Acme.test' }, 'demo_requested person:ann'],
  [
    'a demo request of somebody new',
    { type: 'demo_requested', email: 'New@x.test' },
    'demo_requested person:new@x.test',
  ],
  ['an anonymous demo request', { type: 'demo_requested' }, 'demo_requested nobody'],
  [
    'pricing by an enterprise account',
    { user_id: 'ann', url: 'https://m.test/pricing?x=1' },
    'pricing_by_target account:acme',
  ],
  [
    'pricing by a target account',
    { domain: 'goal.example', url: 'https://m.test/plans/pro' },
    'pricing_by_target account:goal',
  ],
  ['pricing by another account', { domain: 'tiny.test', url: 'https://m.test/pricing' }, ''],
  ['pricing by nobody', { url: 'https://m.test/pricing' }, ''],
  ['a page that only begins alike', { domain: 'goal.example', url: 'https://m.test/pricing-history' }, ''],
  ['a host named like the page', { domain: 'goal.example', url: 'https://m.test?next=/pricing' }, ''],
  ['another type', { type: 'email_opened', user_id: 'ann' }, ''],
])('%s', (_name, values, expected) => {
  const signal = signalOf(values);
  const parties = partiesOf(signal, entities);
  const seen = matcher.match(signal, parties).map((rule) => {
    const subject = subjectOf(rule, parties);
    return `${rule.name} ${subject === null ? 'nobody' : `${subject.kind}:${subject.id}`}`;
  });
  expect(seen.join()).toBe(expected);
});

it('ships the default rules as a file that says the same', () => {
  const file = join(__dirname, '../../../../config/destinations/urgency.yaml');
  expect(loadUrgencyRules(file)).toEqual(DEFAULT_URGENCY_RULES);
});

describe('claimUrgency', () => {
  const HOUR = 3_600_000;
  const claimAt = (at: number, offset: number, destination?: string): UrgentClaim => ({
    rule: 'demo_requested',
    subject: 'person:ann',
    destination,
    signal: { topic: 't', partition: 0, offset: String(offset), signal_id: 's' },
    at,
  });
  /** The first record for a key wins. */
  const createLog = (): Pick<UrgentLog, 'winner' | 'propose'> => {
    const winners = new Map<string, { key: string; value: UrgentClaim; offset: bigint; appendedAt: number }>();
    return {
      winner: (key) => winners.get(key),
      propose: (key, value) => {
        const winner = winners.get(key) ?? { key, value, offset: 0n, appendedAt: 0 };
        winners.set(key, winner);
        return Promise.resolve({ won: winner.value === value, winner });
      },
    };
  };

  it('gives a cool-down to the first signal and to that signal again after a crash, and to no other', async () => {
    const log = createLog();
    expect((await claimUrgency(log, claimAt(0, 1), HOUR)).isOurs).toBe(true);
    expect((await claimUrgency(log, claimAt(5, 2), HOUR)).isOurs).toBe(false);
    expect((await claimUrgency(log, claimAt(0, 1), HOUR)).isOurs).toBe(true);
  });

  it('does not fire twice around the end of a window', async () => {
    const log = createLog();
    expect((await claimUrgency(log, claimAt(HOUR - 1, 1), HOUR)).isOurs).toBe(true);
    expect((await claimUrgency(log, claimAt(HOUR + 1, 2), HOUR)).isOurs).toBe(false);
    expect((await claimUrgency(log, claimAt(2 * HOUR, 3), HOUR)).isOurs).toBe(true);
  });

  it('is told apart by destination, and a claim of an earlier version stands for all of them', async () => {
    const log = createLog();
    expect((await claimUrgency(log, claimAt(0, 1, 'crm'), HOUR)).isOurs).toBe(true);
    expect((await claimUrgency(log, claimAt(5, 2, 'crm'), HOUR)).isOurs).toBe(false);
    expect((await claimUrgency(log, claimAt(5, 2, 'chat'), HOUR)).isOurs).toBe(true);

    const earlier = createLog();
    expect((await claimUrgency(earlier, claimAt(0, 1), HOUR)).isOurs).toBe(true);
    expect((await claimUrgency(earlier, claimAt(5, 2, 'crm'), HOUR)).isOurs).toBe(false);
    expect((await claimUrgency(earlier, claimAt(HOUR - 1, 3, 'crm'), HOUR)).isOurs).toBe(false);
    expect((await claimUrgency(earlier, claimAt(0, 1, 'crm'), HOUR)).isOurs).toBe(true);
  });
});
