import { scheduleOf, type Model, type Schedule } from '@millrace/catalog-models';
import { ConfigError } from '@millrace/platform-errors';

/** The schedule of a model's settings. Local days are never built in two zones side by side: another zone is refused. */
export function scheduleIn(
  settings: object,
  { name }: Model,
  zone: string,
  crons: Readonly<Record<string, string>>,
): Schedule {
  const schedule = scheduleOf(settings);
  if (schedule === null) throw new ConfigError(`${name} is a score and has no schedule among its settings`, {});
  if (schedule.zone !== undefined && schedule.zone !== zone) {
    throw new ConfigError(`schedule.zone of ${name} is ${schedule.zone} and TIME_ZONE is ${zone}`, {
      advice: 'Leave schedule.zone out: local days are never built in two zones side by side',
    });
  }
  return { ...schedule, cron: crons[name] ?? schedule.cron };
}
