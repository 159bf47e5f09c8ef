import { changesInWords, type SettingChange } from '../settings/setting-changes';

export interface Contribution {
  readonly component: string;
  readonly signal_class: string;
  readonly day: string | null;
  readonly points: number;
  readonly count: number;
  readonly weight: number;
  readonly age_days: number | null;
  readonly signal_ids: readonly string[];
}

export interface Move {
  readonly component: string;
  readonly signal_class: string;
  readonly before: number;
  readonly after: number;
  readonly change: number;
  readonly why: string;
}

/**
 * Why a score differs from the run before: one entry per (component, class) whose points changed; changes sum to the move. A setting
 * that changed between the runs is named where it belongs to the entry, as `concerns` says.
 */
export function explainMove(
  before: readonly Contribution[],
  after: readonly Contribution[],
  settings: readonly SettingChange[] = [],
  concerns: (path: string, component: string, signalClass: string) => boolean = () => false,
): Move[] {
  const keys = [...new Set([...before, ...after].map(keyOf))];
  return keys
    .flatMap((key) => {
      const old = before.filter((row) => keyOf(row) === key);
      const now = after.filter((row) => keyOf(row) === key);
      const [component = '', signalClass = ''] = key.split('.');
      const change = sum(now) - sum(old);
      if (change === 0) return [];
      const move = { component, signal_class: signalClass, before: sum(old), after: sum(now), change };
      const changed = settings.filter(({ path }) => concerns(path, component, signalClass));
      return [{ ...move, why: whyOf(old, now, changed) }];
    })
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * One contribution as a plain sentence. `labels`: its beginning, by `component.class`; `dailyCap`: signals of a day that count; `remark`:
 * what the model says of it.
 */
export function sentenceOf(
  row: Contribution,
  labels: Readonly<Record<string, string>> = {},
  dailyCap = Infinity,
  remark = '',
): string {
  const label = labels[keyOf(row)] ?? keyOf(row);
  const counted = row.count > dailyCap ? ` (${dailyCap} counted, the most of a day)` : '';
  const times = row.count > 1 ? ` ${row.count} times${counted}` : '';
  const when = row.day === null ? '' : ` on ${row.day} (${row.age_days} ${row.age_days === 1 ? 'day' : 'days'} ago)`;
  const said = remark === '' ? '' : ` (${remark})`;
  return `${label}${said}${times}${when}: ${signed(row.points)}`;
}

export const signed = (points: number): string => (points > 0 ? `+${points}` : String(points));

export const keyOf = (row: { component: string; signal_class: string }): string =>
  `${row.component}.${row.signal_class}`;
const sum = (rows: readonly Contribution[]): number => rows.reduce((total, row) => total + row.points, 0);

function whyOf(
  before: readonly Contribution[],
  after: readonly Contribution[],
  settings: readonly SettingChange[],
): string {
  const oldDays = new Set(before.map((row) => row.day));
  const newDays = new Set(after.map((row) => row.day));
  const appeared = after.filter((row) => row.day !== null && !oldDays.has(row.day));
  const gone = before.filter((row) => row.day !== null && !newDays.has(row.day));
  const parts = settings.length === 0 ? [] : [`setting ${changesInWords(settings, 3)}`];
  if (appeared.length > 0) parts.push(`new on ${appeared.map((row) => row.day).join(', ')}`);
  if (gone.length > 0) parts.push(`no longer counts: ${gone.map((row) => row.day).join(', ')}`);
  if (after.some((row) => before.some((old) => old.day === row.day && old.count !== row.count)))
    parts.push('more of it');
  if (parts.length > 0) return parts.join('; ');
  if (before.length === 0) return 'holds now';
  if (after.length === 0) return 'holds no longer';
  return after[0]?.day === null ? 'the fact changed' : 'it is older, or its share of the whole changed';
}
