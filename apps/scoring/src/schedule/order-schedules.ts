import { ConfigError } from '@millrace/platform-errors';

/** What an order needs to know of a model. */
export interface ScheduleNode {
  readonly name: string;
  readonly schedule: { readonly after: readonly string[] };
  /** Models whose run of the same instant it reads. */
  readonly sameInstant: readonly string[];
}

/** Models that a tick of `model` may have to wait for. */
export const upstreamsOf = ({ schedule, sameInstant }: ScheduleNode): readonly string[] => [
  ...new Set([...schedule.after, ...sameInstant]),
];

/**
 * Models in an order in which whatever is waited for comes first; else in the order given. Throws ConfigError for a circle,
 * naming it, and for a name in `after` that no schedule has.
 */
export function orderSchedules<Node extends ScheduleNode>(models: readonly Node[]): Node[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered = new Set<Node>();
  const visit = (model: Node, path: readonly string[]): void => {
    if (ordered.has(model)) return;
    if (path.includes(model.name)) {
      const circle = [...path.slice(path.indexOf(model.name)), model.name].join(' -> ');
      throw invalid(
        `The schedules wait for each other in a circle: ${circle}`,
        'Take one of these names out of its schedule.after',
      );
    }
    for (const name of upstreamsOf(model)) {
      const upstream = byName.get(name);
      if (upstream !== undefined) visit(upstream, [...path, model.name]);
      else if (model.schedule.after.includes(name)) {
        const known = models.map((one) => one.name).filter((one) => one !== model.name);
        throw invalid(
          `schedule.after of ${model.name} names ${name}, which has no schedule`,
          known.length === 0 ? 'No other model has one: leave schedule.after out' : `What has one: ${known.join(', ')}`,
        );
      }
    }
    ordered.add(model);
  };
  for (const model of models) visit(model, []);
  return [...ordered];
}

const invalid = (message: string, advice: string): ConfigError =>
  new ConfigError(message, { code: 'MODEL_INVALID', advice });
