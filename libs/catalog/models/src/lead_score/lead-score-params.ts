import { decayTable, toMicro } from '../model/decay-table';
import type { LeadScoreSettings } from './lead-score.settings';

/** One row of the run's weights table: what a signal of a class is worth at an age. */
export interface WeightRow {
  readonly signal_class: string;
  readonly age: number;
  readonly weight_micro: number;
  readonly daily_cap: number;
  readonly decay_millionths: number;
}

/** Engagement weights by class and age, and the closed-lost decay under the class `closed_lost` (weight 0 in engagement). */
export function weightRows(settings: LeadScoreSettings): WeightRow[] {
  const { engagement, negatives, look_back_days: days, state_look_back_days: stateDays } = settings;
  const rows = Object.entries(engagement.classes).flatMap(([signalClass, { weight, daily_cap, half_life_days }]) =>
    weight === 0
      ? []
      : decayTable(engagement.decay, half_life_days, days).map((decay, index) => ({
          signal_class: signalClass,
          age: index + 1,
          weight_micro: toMicro(weight),
          daily_cap,
          decay_millionths: decay,
        })),
  );
  const lost = decayTable('exponential', negatives.closed_lost.half_life_days, stateDays).map((decay, index) => ({
    signal_class: 'closed_lost',
    age: index + 1,
    weight_micro: 0,
    daily_cap: 1,
    decay_millionths: decay,
  }));
  return [...rows, ...lost];
}

/** Everything of the settings that the scoring query binds, weights apart. Points in micro-points. */
export function settingsParams(settings: LeadScoreSettings): Record<string, unknown> {
  const { engagement, rfm, intent, fit, negatives, grades, stages, activity } = settings;
  const bands = [...fit.employees].sort((a, b) => a.from - b.from);
  return {
    engagement_maximum: toMicro(engagement.maximum),
    half_saturation: toMicro(engagement.half_saturation),
    rfm_maximum: toMicro(rfm.maximum),
    intent_maximum: toMicro(intent.maximum),
    fit_maximum: toMicro(fit.maximum),
    target_industries: fit.industry.target,
    target_points: toMicro(fit.industry.target_points),
    adjacent_industries: fit.industry.adjacent,
    adjacent_points: toMicro(fit.industry.adjacent_points),
    band_starts: bands.map((band) => band.from),
    band_points: bands.map((band) => toMicro(band.points)),
    served_countries: fit.country.served,
    country_points: toMicro(fit.country.points),
    seniorities: Object.keys(fit.seniority),
    seniority_points: Object.values(fit.seniority).map(toMicro),
    free_mail_points: toMicro(fit.free_mail.points),
    free_mail_domains: fit.free_mail.domains,
    free_mail_except: fit.free_mail.except,
    unsubscribed_points: toMicro(negatives.unsubscribed),
    hard_bounce_points: toMicro(negatives.hard_bounce),
    competitor_points: toMicro(negatives.competitor.points),
    competitor_domains: negatives.competitor.domains,
    closed_lost_points: toMicro(negatives.closed_lost.points),
    grade_a: grades.A,
    grade_b: grades.B,
    grade_c: grades.C,
    known_facts: grades.known_facts,
    engaged_enter: stages.engaged.enter,
    engaged_leave: stages.engaged.leave,
    mql_enter: stages.mql.enter,
    mql_leave: stages.mql.leave,
    leave_after_runs: stages.leave_after_runs,
    leave_after_days: stages.leave_after_days,
    demo_request_days: stages.demo_request_days,
    frozen_lifecycles: stages.frozen_lifecycles,
    disqualified_lifecycles: stages.disqualified_lifecycles,
    active_days: activity.active_days,
    momentum_days: activity.momentum_days,
    buying_classes: activity.buying_classes,
    label_keys: Object.keys(REASON_LABELS),
    labels: Object.values(REASON_LABELS),
  };
}

/** What makes an account's people PQL. */
export const trialParams = ({ stages: { pql } }: LeadScoreSettings): Record<string, unknown> => ({
  trial_days: pql.trial_days,
  activation_days: pql.activation_days,
  activation_features: pql.activation_features,
  trial_plans: pql.trial_plans,
});

/** Settings of one class, or of the whole component where the path names no class of it. */
export function concernsContribution(path: string, component: string, signalClass: string): boolean {
  const [section, key, part] = path.split('.');
  if (section !== (component === 'negative' ? 'negatives' : component)) return false;
  if (component === 'engagement') return key !== 'classes' || part === signalClass;
  return key === signalClass || key === 'maximum';
}

/** Beginnings of the plain sentences, by component and class. */
export const REASON_LABELS: Readonly<Record<string, string>> = {
  'engagement.demo_request': 'Requested a demo',
  'engagement.trial_start': 'Started a trial',
  'engagement.meeting': 'Met with sales',
  'engagement.pricing_visit': 'Visited pricing',
  'engagement.webinar': 'Attended a webinar',
  'engagement.download': 'Downloaded content',
  'engagement.session': 'Visited the website',
  'engagement.key_feature': 'Used key features',
  'engagement.click': 'Clicked in an e-mail',
  'engagement.open': 'Opened an e-mail',
  'rfm.rfm': 'Recency, frequency and amount rank well',
  'intent.intent': 'The company reads about our topics',
  'fit.industry': 'Industry fits',
  'fit.employees': 'Company size fits',
  'fit.country': 'Is in a served country',
  'fit.seniority': 'Role is senior',
  'fit.free_mail': 'Uses a free-mail address',
  'fit.limit': 'Fit stays within its limits',
  'negative.unsubscribed': 'Unsubscribed from e-mail',
  'negative.hard_bounce': 'E-mail address bounces',
  'negative.competitor': 'Works for a competitor',
  'negative.closed_lost': 'Lost an opportunity',
  'limit.limit': 'The score stays between 0 and 100',
};
