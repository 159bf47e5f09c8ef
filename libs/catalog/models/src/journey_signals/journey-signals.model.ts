import { defineRollup } from '../model/define-model';
import { opportunities } from '../opportunities/opportunities.model';
import { journeySignalsSettings, type JourneySignalsSettings, type OpportunityWords } from './journey-signals.settings';

export const journeySignals = defineRollup<JourneySignalsSettings, OpportunityWords>({
  name: 'journey_signals',
  version: 1,
  kind: 'rollup',
  grain: 'local day x signal of a journey',
  description: 'Clicks and campaign responses, and what they may lead to: trials and what is told of opportunities.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings: journeySignalsSettings,
  borrows: {
    types: opportunities,
    update_types: opportunities,
    id_property: opportunities,
    stage_property: opportunities,
    currency_property: opportunities,
  },
  folder: __dirname,
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'journey_signals_rows',
      params: ({ touches, trial_types, types, update_types, id_property, stage_property, currency_property }) => ({
        rule_channels: touches.map(({ channel }) => channel ?? ''),
        rule_types: touches.map((rule) => rule.types),
        rule_properties: touches.map(({ property }) => property ?? ''),
        rule_values: touches.map(({ values }) => values ?? []),
        trial_types,
        stage_types: types,
        update_types,
        id_property,
        stage_property,
        currency_property,
      }),
    },
  ],
});
