import { ConfigError, ContractError, MillraceError, RetryableError } from '@millrace/platform-errors';

const AWAY = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
]);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'MSG_SIZE_TOO_LARGE']);

/** Our error for a kafkajs error, with who must act. An error that is already ours passes unchanged. */
export function toKafkaError(error: unknown, doing: string, details: Record<string, unknown> = {}): MillraceError {
  if (error instanceof MillraceError) return error;
  const links = kafkajsLinks(error);
  const type = links.map((link) => link.type).find((value) => value !== undefined);
  const message = `${doing}: ${links.at(-1)?.message ?? String(error)}`;
  const common = { cause: error, details: { ...details, ...(type === undefined ? {} : { type }) } };

  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new ConfigError(message, {
      ...common,
      code: 'TOPIC_MISSING',
      advice: 'Create the topic (the deploy step ensures topics) or check its name',
    });
  }
  if (type !== undefined && TOO_LARGE.has(type)) {
    return new ContractError(message, {
      ...common,
      code: 'KAFKA_RECORD_TOO_LARGE',
      advice: 'Send a smaller record or raise max.message.bytes of the topic',
    });
  }
  if (type?.includes('AUTHORIZATION') || links.some((link) => link.name === 'KafkaJSSASLAuthenticationError')) {
    return new ConfigError(message, {
      ...common,
      code: 'KAFKA_REQUEST_FAILED',
      advice: "Check the client's credentials and its ACLs",
    });
  }
  if (links.some((link) => AWAY.has(link.name))) {
    return new RetryableError(message, {
      ...common,
      code: 'KAFKA_UNAVAILABLE',
      advice: 'Check that the brokers of KAFKA_BROKERS run and can be reached; locally: npm start',
    });
  }
  if (links.some((link) => link.retriable)) {
    return new RetryableError(message, { ...common, code: 'KAFKA_UNAVAILABLE' });
  }
  return new MillraceError(message, { ...common, code: 'KAFKA_REQUEST_FAILED', actor: 'operator' });
}

/** The broker's error name (UNKNOWN_TOPIC_OR_PARTITION and the like) of a kafkajs error or one of its causes. */
export function brokerErrorType(error: unknown): string | undefined {
  return kafkajsLinks(error).find((link) => link.type !== undefined)?.type;
}

const MEMBERSHIP = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
  'FENCED_INSTANCE_ID',
]);

/** Whether this consumer's membership in its group is over or changing: kafkajs must see it to join again. */
export function isMembershipError(error: unknown): boolean {
  const type = brokerErrorType(error);
  return type !== undefined && MEMBERSHIP.has(type);
}

interface ErrorLink {
  readonly name: string;
  readonly message: string;
  readonly type: string | undefined;
  readonly retriable: boolean;
}

function kafkajsLinks(error: unknown): ErrorLink[] {
  const links: ErrorLink[] = [];
  let link: unknown = error;
  while (link instanceof Error && links.length < 8) {
    const { type, retriable } = link as { type?: unknown; retriable?: unknown };
    links.push({
      name: link.name,
      message: link.message,
      type: typeof type === 'string' ? type : undefined,
      retriable: retriable === true,
    });
    link = link.cause;
  }
  return links;
}
