import { atRiskLines, creditLines, movedLines } from './past-lines';
import type { Summary, Target } from './summary';

const LABEL_WIDTH = 11;
const count = (value: number): string => value.toLocaleString('en-US');
const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((a, b) => a + b, 0);
const list = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ');
const signed = (value: number): string => (value > 0 ? `+${count(value)}` : count(value));
const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`);

function section(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`);
}

function signalLines({ signals }: Summary): string[] {
  return [
    `${count(signals.sent)} sent = ${count(signals.sealed)} sealed + ${count(signals.duplicate)} duplicate + ` +
      `${count(sum(signals.quarantined))} quarantined${inBrackets(list(signals.quarantined))} + ${count(signals.open)} open   ` +
      `conservation ${signals.conservation}`,
  ];
}

function windowLines({ windows }: Summary): string[] {
  return [
    `${count(windows.hours_sealed)} hours sealed, ${count(windows.hours_revised)} revised by late data ` +
      `(${count(windows.late_signals)} signals), replay of all days from the log (${windows.replay.steps} steps): ` +
      `checksum ${windows.replay.checksum}`,
  ];
}

function scoreLines({ scores }: Summary): string[] {
  const stages = scores.by_stage.map(({ stage, leads, change }) => `${stage} ${count(leads)} (${signed(change)})`);
  return [`${count(scores.leads)} leads   grade ${list(scores.by_grade)}   stage ${stages.join(', ')}`];
}

function whyLines({ why }: Summary): string[] {
  return why.flatMap(({ lead, before, after, reasons, contributions }) => [
    `${lead}: ${before ?? 'new'} -> ${after}`,
    ...contributions.map(({ points, text }) => `  ${signed(points).padStart(4)}  ${text}`),
    ...reasons.map((reason) => `  "${reason}"`),
  ]);
}

function planLines({ plan, night }: Summary): string[] {
  const lines = plan.map(
    (entry) =>
      `${entry.destination}: ${count(entry.to_send)} to send, ${count(sum(entry.suppressed))} suppressed` +
      `${inBrackets(list(entry.suppressed))}; ${count(entry.calls)} calls against ${count(entry.calls_all_nightly)} ` +
      `for all scores and ${count(entry.calls_one_per_signal)} for one a signal` +
      (entry.predicted_finish === null ? '' : `; finish ${entry.predicted_finish}, deadline ${entry.deadline}`),
  );
  if (lines.length === 0 || night.played_late_hours === null) return lines;
  const late = night.played_late_hours.toFixed(1);
  return [...lines, `the night's tick was ${night.tick_at}; the demo ran it ${late} h later, a schedule would not`];
}

function accountLines({ accounts: { surging, committees } }: Summary): string[] {
  return [
    ...surging.map(({ account, points, reasons }) => `${account}: surging, ${points} points. ${reasons[0] ?? ''}`),
    ...committees.map(
      ({ account, engaged, momentum, roles, score, stage }) =>
        `${account}: ${stage}, score ${score}, ${engaged} engaged (${signed(momentum)})${inBrackets(roles.join(', '))}`,
    ),
  ];
}

function storyLines({ stories }: Summary): string[] {
  const missed = stories.filter((story) => !story.is_found);
  return [
    `${stories.length - missed.length} of ${stories.length} of the simulated company's stories are in the scores`,
    ...missed.map(({ text, expected }) => `not found: ${expected}. ${text}`),
  ];
}

function deliveredLines({ delivered }: Summary): string[] {
  return [
    `${count(delivered.accepted)} accepted, ${count(delivered.retried)} retried, ` +
      `${count(sum(delivered.rejected))} rejected${inBrackets(list(delivered.rejected))}, ` +
      `lost ${count(delivered.lost)}, twice ${count(delivered.twice)}`,
  ];
}

function urgentLines({ urgent }: Summary): string[] {
  if (urgent === null) return [];
  return [
    `${urgent.what} to ${urgent.to_whom}: ${urgent.seconds.toFixed(3)} s from accept to receipt, while the batch ran`,
  ];
}

const figure = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.01
    ? value.toPrecision(2)
    : value.toLocaleString('en-US', { maximumFractionDigits: 2 });

function targetLine({ name, value, unit, target, is_ok: isOk, note }: Target): string {
  const cells = [
    name.replaceAll('_', ' ').padEnd(18),
    `${figure(value)} ${unit}`.padEnd(32),
    `target ${target}`.padEnd(22),
  ];
  return `${cells.join('')}${isOk ? 'ok' : 'not ok'}${note === undefined ? '' : `  ${note}`}`;
}

/** The screen that people read: same names and numbers as the JSON object. */
export function renderScreen(summary: Summary): string {
  return [
    ...section('SIGNALS', signalLines(summary)),
    ...section('WINDOWS', windowLines(summary)),
    ...section('SCORES', scoreLines(summary)),
    ...section('WHY', whyLines(summary)),
    ...section('MOVED', movedLines(summary)),
    ...section('ACCOUNTS', accountLines(summary)),
    ...section('AT RISK', atRiskLines(summary)),
    ...section('CREDIT', creditLines(summary)),
    ...section('STORIES', storyLines(summary)),
    ...section('PLAN', planLines(summary)),
    ...section('DELIVERED', deliveredLines(summary)),
    ...section('URGENT', urgentLines(summary)),
    ...section('TARGETS', summary.targets.map(targetLine)),
    ...section('NEXT', summary.next),
  ].join('\n');
}
