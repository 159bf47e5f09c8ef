import { table } from '@millrace/platform-commands';

import type { ReplayReport } from '../replay/replay';
import type { ReplayedStep, ReplayState } from '../replay/replay-steps';

const WORDS: Readonly<Record<ReplayState, string>> = {
  equal: 'equal',
  differs: 'DIFFERS',
  missing: 'MISSING',
  not_kept: 'not kept',
};

/** The report for people: one line a step, and what it comes to. */
export function describeReplay(report: ReplayReport): string[] {
  const rows = report.steps.map((step) => [
    step.step,
    step.reason,
    step.sealed,
    step.recorded.slice(0, 16),
    step.rebuilt?.slice(0, 16) ?? '',
    WORDS[step.state] + (step.not_kept === null ? '' : `: ${step.not_kept}`),
  ]);
  return [...table(['step', 'reason', 'sealed', 'recorded', 'rebuilt', ''], rows), conclude(report)];
}

function conclude({ steps, source, verified, not_kept: notKept }: ReplayReport): string {
  const count = (state: ReplayedStep['state']): number => steps.filter((step) => step.state === state).length;
  const differing = count('differs');
  const missing = count('missing');
  const parts = [
    differing > 0 ? `${differing} DIFFER` : verified > 0 ? 'every digest equal' : 'nothing could be verified',
    ...(missing > 0 ? [`records of ${missing} steps are MISSING`] : []),
    ...(notKept > 0 ? [`${notKept} steps are no longer kept`] : []),
  ];
  return `${verified} steps rebuilt from ${source}: ${parts.join(', ')}`;
}
