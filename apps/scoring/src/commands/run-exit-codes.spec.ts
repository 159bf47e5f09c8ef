import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { MillraceError } from '@millrace/platform-errors';

import type { RunDelivery } from '../deliveries/run-delivery';
import { exitCodeOfRun, isNotSealed, RUN_EXIT_CODES } from './run-exit-codes';
import type { RunReport } from './run-job';

const GUIDE = join(__dirname, '../../../../docs/guide/run-from-a-scheduler.md');

const delivery = (state: RunDelivery['state']): RunDelivery => ({
  run_id: 'r',
  state,
  is_settled: !['unplanned', 'pending'].includes(state),
  waits_for: [],
  reason: null,
  plans: [],
});

it.each<[string, number, { partial?: true; asked?: true; delivered?: RunDelivery['state'] }]>([
  ['a whole run', 0, {}],
  ['a partial run', 4, { partial: true }],
  ['a partial run that was asked for', 0, { partial: true, asked: true }],
  ['a delivered run', 0, { delivered: 'settled' }],
  ['a run that nobody shall hear of', 0, { delivered: 'not_delivered' }],
  ['a run without a plan', 5, { delivered: 'unplanned' }],
  ['a run that is being delivered', 5, { delivered: 'pending', partial: true }],
  ['a run whose retries are spent', 6, { delivered: 'spent', partial: true }],
  ['a partial run that is delivered', 4, { delivered: 'settled', partial: true }],
])('%s ends with %d', (_what, code, { partial = false, asked = false, delivered }) => {
  const report = {
    run: { is_partial: partial } as RunReport['run'],
    delivery: delivered === undefined ? null : delivery(delivered),
  };
  expect(exitCodeOfRun(report, { isPartialAsked: asked })).toBe(code);
});

it('tells windows that are not sealed from another part that is not ready', () => {
  const error = (details: object): MillraceError =>
    new MillraceError('x', { code: 'SERVICE_NOT_READY', details: { ...details } });
  expect(isNotSealed(error({ missing: ['2026-11-22T23:00Z/2026-11-23T00:00Z'] }))).toBe(true);
  expect(isNotSealed(error({}))).toBe(false);
});

it('the guide has the codes as --help has them', () => {
  const rows = RUN_EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`);
  expect(readFileSync(GUIDE, 'utf8')).toContain(rows.join('\n'));
});
