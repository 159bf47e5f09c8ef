/** A page of the data model, and the tables and views on it, what users rely on first. */
export interface Group {
  /** `docs/data-model/<page>.md` */
  readonly page: string;
  readonly title: string;
  readonly about: string;
  readonly tables: readonly string[];
}

/** In the order in which a newcomer reads. What no group names is on the last two pages, below its owner. */
export const GROUPS: readonly Group[] = [
  {
    page: 'people-and-accounts',
    title: 'People and accounts',
    about: 'Who is known, as the systems say now and as the newest run found.',
    tables: ['people', 'accounts', 'audience_people', 'audience_accounts', 'person_facts_at', 'account_facts_at'],
  },
  {
    page: 'scores-and-runs',
    title: 'Scores and runs',
    about: 'What models found of each person and account, and why.',
    tables: [
      'scores',
      'score_history',
      'score_contributions',
      'score_crossings',
      'acks',
      'score_runs',
      'score_events_of',
      'attribution_credit',
      'attribution_totals',
      'attribution_paths',
      'account_health_this_week',
      'rfm_of',
      'intent_unmatched',
      'settings_publications',
      'tried_runs',
      'score_comparison',
      'backtests',
      'backtest_deciles',
      'backtest_rows',
      'trial_runs',
      'night_figures',
    ],
  },
  {
    page: 'days-and-sessions',
    title: 'Days and sessions',
    about:
      'What happened on each local day, by identity: identities become people and accounts when a run resolves them.',
    tables: [
      'person_days',
      'sessions',
      'account_days',
      'account_usage_daily',
      'account_usage_weekly',
      'account_usage_monthly',
      'account_usage_quarterly',
      'account_cohorts_weekly',
      'opportunities',
      'opportunities_at',
    ],
  },
  {
    page: 'signals-and-windows',
    title: 'Signals and windows',
    about: 'What was received, each signal once, and the proof that nothing is missing.',
    tables: [
      'signals',
      'signals_as_of',
      'signals_quarantined',
      'windows',
      'conservation',
      'conservation_as_of',
      'window_conservation',
      'seal_steps',
      'sealing_figures',
      'sealed_rows',
      'sealed_windows',
      'attempt_counts',
      'sealed_steps',
      'folded_through',
    ],
  },
  {
    page: 'delivery',
    title: 'Delivery',
    about: 'What destinations were sent, what they said, and what they hold.',
    tables: [
      'deliveries',
      'delivery_runs',
      'last_accepted',
      'delivery_urgent',
      'delivery_plan_rows',
      'delivery_loads',
      'delivery_calls',
      'delivery_figures',
      'rows_set_aside',
    ],
  },
];

/** What models and services read of one another: views, none of which says that it is internal. */
export const FOR_MODELS: Omit<Group, 'tables'> = {
  page: 'for-models',
  title: 'For models',
  about: 'Views by which a model or a service reads what another one made, bound to a run or to builds of days.',
};

export const INTERNAL: Omit<Group, 'tables'> = {
  page: 'internal',
  title: 'Internal',
  about: 'For the services themselves: nothing else should read them, and any version may change them.',
};
