import { changesInWords } from '../settings/setting-changes';
import { signed } from './explain-move';
import type { Explanation } from './explain-person';

/** An explanation as people read it. */
export function explanationInLines(it: Explanation): string[] {
  return [
    `${it.entity_id} ${it.email}`.trimEnd() + `  ${it.model}${scoreInWords(it)}${valuesInWords(it)}`,
    `as of ${it.run.as_of_date}, run ${it.run.run_id}${it.run.is_partial ? ', PARTIAL' : ''}${it.run.is_stale ? ', STALE' : ''}`,
    ...(it.mend === null ? [] : [`stale: what it read or continues was redone; mend it with ${it.mend}`]),
    ...it.remarks,
    ...(it.contributions.length > 0 || it.absent.length > 0
      ? ['', 'Contributions']
      : it.score_reasons.length > 0
        ? ['', 'Reasons', ...it.score_reasons.map((reason) => `  ${reason}`)]
        : []),
    ...it.contributions.map((row) => `  ${signed(row.points).padStart(4)}  ${row.sentence.replace(/: [+-]?\d+$/, '')}`),
    ...it.absent.map(({ component, reason }) => `     0  ${component}: ${reason}`),
    ...(it.settings_changed.length === 0
      ? []
      : [
          '',
          `Settings changed since the run before: ${changesInWords(it.settings_changed)}`,
          ...(it.run.settings_author === ''
            ? []
            : [`  published by ${it.run.settings_author}: ${it.run.settings_note}`]),
        ]),
    ...(it.moved.length === 0 ? [] : ['', 'Why it moved']),
    ...it.moved.map(
      (move) => `  ${signed(move.change).padStart(4)}  ${move.component} ${move.signal_class}: ${move.why}`,
    ),
  ];
}

function scoreInWords({ score, previous_score: before, previous_values, run }: Explanation): string {
  if (previous_values !== null)
    return before === null && score === null
      ? ''
      : ` ${score ?? 'has no score'} (${before ?? 'none'} -> ${score ?? 'none'})`;
  const first = run.previous_run_id === '' ? ' (first run)' : ' (not in the run before)';
  return `${score === null ? '' : ` ${score}`}${first}`;
}

const valuesInWords = ({ values, previous_values: before }: Explanation): string =>
  Object.entries(values)
    .map(([name, value]) => {
      const old = before?.[name];
      const moved = old === undefined || JSON.stringify(old) === JSON.stringify(value) ? '' : `${inWords(old)} -> `;
      return `, ${name} ${moved}${inWords(value)}`;
    })
    .join('');

const inWords = (value: unknown): string => (value === null ? 'none' : String(value));
