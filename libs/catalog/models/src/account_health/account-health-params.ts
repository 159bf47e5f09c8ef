import type { RunParams } from '../model/define-model';
import { toMicro } from '../model/decay-table';
import type { AccountHealthSettings } from './account-health.settings';

const DAY_MS = 86_400_000;

/** Monday of the newest week, Monday to Sunday, that is over at the local date of a run. */
export function weekBefore(asOfDate: string): string {
  const day = Date.parse(asOfDate);
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date(day - (sinceMonday + 7) * DAY_MS).toISOString().slice(0, 10);
}

export const weekParams = (_settings: AccountHealthSettings, { asOfDate }: RunParams): { week: string } => ({
  week: weekBefore(asOfDate),
});

export const measureParams = (settings: AccountHealthSettings, run: RunParams): Record<string, unknown> => ({
  ...weekParams(settings, run),
  size_bands: settings.segment.size_bands,
  urgent_priorities: settings.support.urgent_priorities,
});

export const deviationParams = ({ segment, over_dispersion }: AccountHealthSettings): Record<string, unknown> => ({
  least_accounts: segment.least_accounts,
  over_dispersion,
});

export const weightParams = ({ weights }: AccountHealthSettings): Record<string, number> =>
  Object.fromEntries(Object.entries(weights).map(([part, weight]) => [`${part}_weight`, weight]));

export const healthParams = (settings: AccountHealthSettings, run: RunParams): Record<string, unknown> => {
  const { bands, support, payment } = settings;
  return {
    ...weekParams(settings, run),
    ...weightParams(settings),
    minimum_coverage: settings.minimum_coverage,
    ...bands,
    alarm_z_micro: toMicro(settings.alarm_z),
    per_ticket: support.per_ticket,
    per_urgent: support.per_urgent,
    grace_days: payment.grace_days,
    failed_points: payment.failed_points,
    contact_points: contactPoints(settings),
  };
};

/** Micro-points of contact 0, 1, 2, ... days ago: rounded once here, so that every machine has the same. */
const contactPoints = ({ look_back_days, contact_half_life_days }: AccountHealthSettings): number[] =>
  Array.from({ length: look_back_days + 7 }, (_, days) => toMicro(100 * 2 ** (-days / contact_half_life_days)));
