import { join } from 'node:path';

import { attribution } from '../attribution/attribution.model';
import { CONVERSIONS, type AttributionSettings, type MoneyRules } from '../attribution/attribution.settings';
import type { Input } from '../model/define-model';
import { loadModelSettings } from '../model/model-settings';
import { rfm } from '../rfm/rfm.model';

export type Outcome = (typeof CONVERSIONS)[number];

/** What a score may be judged by: the conversions of attribution, found by the same rules. */
export const OUTCOMES: readonly Outcome[] = CONVERSIONS;

/** A select that is no model: what it reads is bound as a run's inputs are, by their names. */
export interface Reading {
  readonly name: string;
  readonly folder: string;
  readonly sql: string;
  readonly fragments?: Readonly<Record<string, string>>;
  readonly inputs: () => Readonly<Record<string, Input>>;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface OutcomeReadings {
  /** As of an instant after the horizon: when the outcome came, by each name of the person and of the account. */
  readonly outcomes: Reading;
  /** As of the instant of a score: who is there, by which names, and the last active day. */
  readonly members: Reading;
}

/** So far back the last activity is looked for; whoever was not active since ranks last by recency. */
const ACTIVITY_DAYS = 365;

/**
 * What a back-test reads besides scores, by the rules of the settings in `directory`. `spanDays`: from the first score that is judged
 * to the end of the last horizon.
 */
export function readingsOf(outcome: Outcome, directory: string, spanDays: number): OutcomeReadings {
  const rules = loadModelSettings(attribution, directory).settings as AttributionSettings & MoneyRules;
  const { classes } = loadModelSettings(rfm, directory).settings;
  return {
    outcomes: {
      name: 'outcomes',
      folder: __dirname,
      sql: 'sql/outcomes.sql',
      fragments: { conversions: join(attribution.folder, 'sql/conversions.sql') },
      inputs: () => ({
        signals: { from: 'days', model: 'journey_signals', back: spanDays + rules.opportunity_look_back_days },
        people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
        accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
      }),
      params: {
        conversions: [outcome],
        won_stages: rules.stages.won,
        lost_stages: rules.stages.lost,
        base_currency: rules.base_currency,
        minor_units: 10 ** rules.currency_digits,
      },
    },
    members: {
      name: 'members',
      folder: __dirname,
      sql: 'sql/members.sql',
      inputs: () => ({
        activity: { from: 'days', model: 'person_days', back: ACTIVITY_DAYS },
        people_then: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
        accounts_then: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
      }),
      params: { activity_classes: classes },
    },
  };
}
