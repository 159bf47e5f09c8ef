import { MillraceError } from '@millrace/platform-errors';

import { identities } from '../identities/identities.model';
import { leadScore } from '../lead_score/lead-score.model';
import { personDays } from '../person_days/person-days.model';
import type { Model } from './define-model';

/** One line a model. */
export const MODELS = [personDays, identities, leadScore] as const satisfies readonly Model[];

export function findModel(name: string): Model {
  const model = MODELS.find((candidate) => candidate.name === name);
  if (model !== undefined) return model;
  throw new MillraceError(`There is no model ${name}`, {
    code: 'MODEL_UNKNOWN',
    actor: 'operator',
    advice: `Use one of ${MODELS.map((candidate) => candidate.name).join(', ')}`,
  });
}
