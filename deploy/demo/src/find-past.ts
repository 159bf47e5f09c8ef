import type { CustomerStory, JourneyStory, MoveStory, Past } from '@millrace/simulation';

import type { MovedLead } from './moved-lead';
import type { ChannelCredit, CreditSum, Health } from './read-past';
import type { FoundStory } from './summary';

/** What the scores say of the weeks, the month and the nights before. */
export interface PastFindings {
  readonly health: readonly Health[];
  readonly channels: readonly ChannelCredit[];
  readonly sums: readonly CreditSum[];
  readonly moved: readonly MovedLead[];
}

function findCustomer({ accountId, expect, risk, text }: CustomerStory, health: readonly Health[]): FoundStory {
  const found = health.find(({ account_id: id }) => id === accountId);
  if (expect === 'healthy') {
    const isHealthy = found !== undefined && !found.is_at_risk && found.band !== 'none';
    return { text, expected: `${accountId} has a band and is not at risk`, is_found: isHealthy };
  }
  const isAtRisk = found !== undefined && found.is_at_risk && found.risks.includes(risk ?? '');
  return { text, expected: `${accountId} is at risk by ${risk}`, is_found: isAtRisk };
}

/** Others may convert in the month as well: at least what the story says must be there. */
function findJourneys(story: JourneyStory, { channels, sums }: PastFindings): FoundStory {
  const { month, conversion, conversions, text } = story;
  const counted = sums.find((sum) => sum.conversion === conversion)?.conversions ?? 0;
  const hasCredit = (rule: 'first' | 'last'): boolean =>
    Object.entries(story[rule]).every(([channel, credit]) => {
      const found = channels.find((one) => one.conversion === conversion && one.channel === channel);
      return found !== undefined && found[rule] >= credit;
    });
  return {
    text,
    expected: `${month} has ${conversions} of ${conversion} with first and last touch by channel`,
    is_found: counted >= conversions && hasCredit('first') && hasCredit('last'),
  };
}

function findMove({ personId, more, less, text }: MoveStory, moved: readonly MovedLead[]): FoundStory {
  const moves = moved.find(({ person_id: id }) => id === personId)?.moves ?? [];
  const has = (names: readonly string[], sign: number): boolean =>
    names.every((name) => moves.some(({ of, points }) => of === name && Math.sign(points) === sign));
  const expected = `${personId} has more points by ${more.join(', ')} and less by ${less.join(', ')}`;
  return { text, expected, is_found: has(more, 1) && has(less, -1) };
}

/** Compares the ledger of the past with what the scores say. */
export function findPast({ customers, journeys, moves }: Past['stories'], findings: PastFindings): FoundStory[] {
  return [
    ...customers.map((story) => findCustomer(story, findings.health)),
    ...journeys.map((story) => findJourneys(story, findings)),
    ...moves.map((story) => findMove(story, findings.moved)),
  ];
}
