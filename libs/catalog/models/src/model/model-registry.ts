import { unknownName } from '@millrace/platform-errors';

import { accountDays } from '../account_days/account-days.model';
import { accountsAsOf } from '../accounts_as_of/accounts-as-of.model';
import { accountScore } from '../account_score/account-score.model';
import { attribution } from '../attribution/attribution.model';
import { buyingCommittee } from '../buying_committee/buying-committee.model';
import { identities } from '../identities/identities.model';
import { intent } from '../intent/intent.model';
import { intentTopics } from '../intent_topics/intent-topics.model';
import { journeySignals } from '../journey_signals/journey-signals.model';
import { leadScore } from '../lead_score/lead-score.model';
import { opportunities } from '../opportunities/opportunities.model';
import { peopleAsOf } from '../people_as_of/people-as-of.model';
import { personDays } from '../person_days/person-days.model';
import { rfm } from '../rfm/rfm.model';
import { sessions } from '../sessions/sessions.model';
import { traits } from '../traits/traits.model';
import { accountHealth } from '../account_health/account-health.model';
import type { Model } from './define-model';

/** One line a model. */
export const MODELS: readonly Model[] = [
  personDays,
  identities,
  traits,
  opportunities,
  intentTopics,
  sessions,
  journeySignals,
  accountDays,
  accountsAsOf,
  peopleAsOf,
  leadScore,
  rfm,
  intent,
  buyingCommittee,
  accountScore,
  accountHealth,
  attribution,
];

export function findModel(name: string, models: readonly Model[] = MODELS): Model {
  const model = models.find((candidate) => candidate.name === name);
  if (model !== undefined) return model;
  throw unknownName({ kind: 'model', typed: name, known: models.map((one) => one.name), code: 'MODEL_UNKNOWN' });
}
