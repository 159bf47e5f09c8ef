import type { Model } from '@millrace/catalog-models';

import { orderSchedules } from '../schedule/order-schedules';
import { scheduleIn } from '../schedule/schedule-in';
import { createTicker } from '../schedule/ticks';

/** Throws ConfigError for settings of a score whose schedule cannot be followed, or waits in a circle with those of the others. */
export function assertSchedules(models: readonly Model[], settingsOf: (model: Model) => object, zone: string): void {
  const nodes = models.flatMap((model) => {
    if (model.kind !== 'score') return [];
    const settings = settingsOf(model);
    const schedule = scheduleIn(settings, model, zone, {});
    createTicker(schedule.cron, zone, `schedule.cron of ${model.name}`);
    const sameInstant = Object.values(model.inputs(settings)).flatMap((input) =>
      input.from === 'run' && input.pick === 'same_instant' ? [input.model] : [],
    );
    return [{ name: model.name, schedule, sameInstant }];
  });
  orderSchedules(nodes);
}
