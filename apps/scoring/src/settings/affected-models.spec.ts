import { findModel, MODELS, parseModelSettings, type Model } from '@millrace/catalog-models';

import { affectedModels } from './affected-models';

const settingsOf = (model: Model): object => parseModelSettings(model, {}, 'defaults').settings as object;
const affected = (name: string): readonly string[] => affectedModels(findModel(name).name, MODELS, settingsOf);

it('names who reads a model or borrows its settings, directly or by way of others', () => {
  expect(affected('lead_score')).toContain('account_score');
  // Borrowed settings alone.
  expect(affected('person_days')).toEqual(expect.arrayContaining(['sessions', 'lead_score', 'account_score']));
  expect(affected('person_days')).not.toContain('person_days');
  expect(affected('account_score')).not.toContain('lead_score');
});
