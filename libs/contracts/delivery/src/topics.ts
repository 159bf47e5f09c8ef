/** A topic of the delivery side and the settings it must have. */
export interface DeliveryTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
/** No destination may be called so: its topic or consumer group would be another part's. Names that end in `-urgent` neither. */
export const RESERVED_NAMES: readonly string[] = ['outcomes', 'plans', 'urgency', 'urgent'];
const DESTINATION_NAME = /^(?!.*-urgent$)[a-z][a-z0-9_-]{0,62}$/;
const kept = (days: number): Record<string, string> => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(days * DAY_MS),
  'message.timestamp.type': 'LogAppendTime',
});

/** `deliveries.<destination>.v1` or its urgent twin. One topic per destination and lane, so that a dead destination stalls nobody else. */
export function deliveryTopic(destination: string, lane: 'batch' | 'urgent', prefix = ''): DeliveryTopic {
  if (!DESTINATION_NAME.test(destination) || RESERVED_NAMES.includes(destination)) {
    throw new RangeError(
      `"${destination}" is no destination name: use a-z, 0-9, _ and -, but not ${RESERVED_NAMES.join(', ')} and not ...-urgent`,
    );
  }
  const middle = lane === 'urgent' ? '.urgent' : '';
  return {
    name: `${prefix}deliveries.${destination}${middle}.v1`,
    partitions: 3,
    config: { ...kept(14), 'max.message.bytes': '8388608' },
  };
}

/** Every attempt's outcome. */
export function outcomesTopic(prefix = ''): DeliveryTopic {
  return { name: `${prefix}deliveries.outcomes.v1`, partitions: 3, config: kept(14) };
}

/** The decision log of delivery plans: one partition, never expires, the first record for a key wins. */
export const plansTopic = (prefix = ''): DeliveryTopic => decisionLog(`${prefix}deliveries.plans.v1`);

/** The decision log of urgency claims: which signal a rule fired for, once per person or account and cool-down. */
export const urgencyTopic = (prefix = ''): DeliveryTopic => decisionLog(`${prefix}deliveries.urgency.v1`);

function decisionLog(name: string): DeliveryTopic {
  return {
    name,
    partitions: 1,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'message.timestamp.type': 'LogAppendTime',
    },
  };
}
