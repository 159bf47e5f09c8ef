import { createSignal, type Signal } from '@millrace/contract-signal';

import type { Company, Visitor } from './company';
import type { Random } from './random';

/** Longest time between an event and the team's service publishing it. */
const LONGEST_LAG_MS = 4_000;

/** A signal that a team publishes itself, about a person or about an account as a whole. */
export function publish(
  random: Random,
  source: 'email' | 'crm' | 'billing' | 'support' | 'website' | 'product',
  type: string,
  at: number,
  subject: { readonly visitor?: Visitor; readonly company?: Company },
  extra: Partial<Pick<Signal, 'value' | 'properties' | 'url' | 'referrer' | 'user_agent'>> = {},
): Signal {
  const person = subject.visitor?.person;
  return createSignal({
    signal_id: `${source}-${random.uuid()}`,
    type,
    source,
    occurred_at: at,
    received_at: at + random.integer(50, LONGEST_LAG_MS),
    user_id: person?.person_id ?? null,
    email: person?.email ?? null,
    account_id: subject.company?.account.account_id ?? person?.account_id ?? null,
    country: subject.visitor?.place.country ?? null,
    ...extra,
  });
}

/** A company reads about a topic elsewhere: what a provider sells of one day, as the file import writes it. `on`: YYYY-MM-DD. */
export function surge(company: Company, topic: string, score: number, on: string): Signal {
  const at = Date.parse(`${on}T00:00:00Z`);
  return createSignal({
    signal_id: `intent-${company.account.account_id}-${topic.replaceAll(' ', '-')}-${on}`,
    type: 'intent_surged',
    source: 'intent',
    occurred_at: at,
    received_at: at,
    domain: company.account.domain,
    value: score,
    properties: { topic, provider: 'topic_watch', observed_on: on },
  });
}

/** The Tuesday newsletter to one subscriber: delivered, perhaps opened (by a machine in a fifth of cases), perhaps clicked. */
export function newsletter(random: Random, visitor: Visitor, at: number, issue: string): Signal[] {
  const properties = { campaign: issue, message_id: random.uuid() };
  const about = { visitor };
  const signals = [publish(random, 'email', 'email_delivered', at, about, { properties })];
  if (!random.chance(0.32)) return signals;
  const isMachine = random.chance(0.2);
  const openedAt = at + (isMachine ? random.integer(1, 4) : random.integer(60, 20_000)) * 1_000;
  signals.push(
    publish(random, 'email', 'email_opened', openedAt, about, {
      properties: isMachine ? { ...properties, is_machine: 'true' } : properties,
    }),
  );
  if (isMachine || !random.chance(0.12)) return signals;
  const link = 'https://www.brightwater.example/blog/cut-wasted-api-calls';
  signals.push(
    publish(random, 'email', 'email_clicked', openedAt + random.integer(2, 90) * 1_000, about, {
      properties: { ...properties, link },
    }),
  );
  if (random.chance(0.02)) {
    signals.push(publish(random, 'email', 'unsubscribed', openedAt + 120_000, about, { properties }));
  }
  return signals;
}

/** An opportunity's stages, one every few days until won, lost or out of time. */
export function opportunity(
  random: Random,
  company: Company,
  visitor: Visitor,
  days: readonly number[],
  options: { readonly amount: number; readonly isWon: boolean },
): Signal[] {
  const id = `opp_${company.account.account_id.slice(4)}`;
  const stages = ['created', 'qualified', 'proposal', options.isWon ? 'won' : 'lost'];
  return days.slice(0, stages.length).map((at, index) => {
    const properties = { opportunity_id: id, stage: stages[index] ?? 'created', currency: 'USD' };
    const subject = { company, visitor };
    return publish(random, 'crm', 'opportunity_stage_changed', at, subject, { value: options.amount, properties });
  });
}
