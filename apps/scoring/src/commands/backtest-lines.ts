import { listing } from '@millrace/platform-commands';

import type { BacktestReport } from '../backtest/backtest-report';

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)}%`);
const figure = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? '-' : value.toFixed(digits);
const between = (low: number | null, high: number | null): string =>
  low === null || high === null ? '-' : `${percent(low)} to ${percent(high)}`;

interface Rated {
  readonly entities: number;
  readonly conversions: number;
  readonly rate: number | null;
  readonly rate_low: number | null;
  readonly rate_high: number | null;
}
const rated = ({ entities, conversions, rate, rate_low, rate_high }: Rated) => [
  entities,
  conversions,
  percent(rate),
  between(rate_low, rate_high),
];

/** A back-test for people: what it found first, then the tables behind it, then what weakens it. */
export function reportInLines(report: BacktestReport): string[] {
  const all = report.instants.find(({ as_of_date }) => as_of_date === null);
  const rankingOf = (ranking: string, date: string | null) =>
    report.rankings.find((one) => one.ranking === ranking && one.as_of_date === date);
  const score = rankingOf('score', null);
  const recency = rankingOf('recency', null);
  return [
    `${report.model}: ${report.outcome} within ${report.horizon_days} days, ${report.runs.length} instants from ${report.runs[0]?.as_of_date ?? ''} to ${report.runs.at(-1)?.as_of_date ?? ''}`,
    `${all?.entities ?? 0} scores, ${all?.conversions ?? 0} followed by it (${percent(all?.rate ?? null)}), ${all?.converted_once ?? 0} different ${report.entity_kind === 'person' ? 'people' : 'accounts'}`,
    '',
    ...listing(
      ['ranked by', 'AUC', 'lift of best 10%', 'lift of best 20%', 'found in best 20%'],
      [
        [
          'score',
          figure(score?.auc, 3),
          figure(score?.lift_10),
          figure(score?.lift_20),
          percent(score?.captured_20 ?? null),
        ],
        [
          'recency alone',
          figure(recency?.auc, 3),
          figure(recency?.lift_10),
          figure(recency?.lift_20),
          percent(recency?.captured_20 ?? null),
        ],
      ],
      '',
    ),
    '',
    ...listing(
      ['tenth', 'score', 'scores', 'converted', 'rate', '95%', 'lift', 'found so far'],
      report.deciles.map((one) => [
        one.decile,
        one.lowest_score === one.highest_score ? String(one.lowest_score) : `${one.lowest_score}-${one.highest_score}`,
        ...rated(one),
        figure(one.lift),
        percent(one.captured),
      ]),
      'no score counts',
    ),
    '',
    ...decisionLines(report),
    ...(report.grades.length === 0
      ? []
      : [
          '',
          ...listing(
            ['grade', 'scores', 'converted', 'rate', '95%', 'mean score'],
            report.grades.map((one) => [one.grade, ...rated(one), figure(one.mean_score, 1)]),
            '',
          ),
        ]),
    '',
    ...listing(
      ['instant', 'scores', 'converted', 'rate', '95%', 'AUC', 'recency', 'precision', 'recall', 'horizon'],
      report.runs.map(({ as_of_date, is_complete }) => {
        const one = report.instants.find((instant) => instant.as_of_date === as_of_date);
        const decision = report.decisions.find((found) => found.as_of_date === as_of_date);
        return [
          as_of_date,
          ...(one === undefined ? [0, 0, '-', '-'] : rated(one)),
          figure(rankingOf('score', as_of_date)?.auc, 3),
          figure(rankingOf('recency', as_of_date)?.auc, 3),
          percent(decision?.rate ?? null),
          percent(decision?.recall ?? null),
          is_complete ? 'passed' : 'not passed',
        ];
      }),
      '',
    ),
    ...(report.notes.length === 0 ? [] : ['', ...report.notes.map((note) => `note: ${note}`)]),
    '',
    `${report.backtest_id}: kept in the table backtests; its rows in backtest_rows for 7 days`,
  ];
}

function decisionLines(report: BacktestReport): string[] {
  const all = report.decisions.find(({ as_of_date }) => as_of_date === null);
  const best = report.thresholds.find((one) => one.is_suggested);
  const rule =
    report.min_precision === null
      ? 'the highest F1'
      : `precision of ${percent(report.min_precision)} or more, then the highest recall`;
  const handed = report.qualified_as;
  return [
    ...(handed === null || all === undefined
      ? ['The model hands nobody to sales by itself: --threshold says from which score']
      : [
          `Handed to sales (${handed}): ${all.entities}, precision ${percent(all.rate)} (${between(all.rate_low, all.rate_high)}), recall ${percent(all.recall)}`,
        ]),
    best === undefined
      ? `No threshold is suggested: none has ${rule}`
      : `Suggested threshold: ${best.threshold} (${rule}): hands over ${best.entities}, precision ${percent(best.rate)} (${between(best.rate_low, best.rate_high)}), recall ${percent(best.recall)}, F1 ${figure(best.f1, 3)}`,
  ];
}
