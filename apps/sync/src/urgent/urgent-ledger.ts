import {
  createDecisionLog,
  valueOf,
  type DecisionLog,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';
import { z } from 'zod';

const claimSchema = z.object({
  rule: z.string(),
  subject: z.string(),
  /** Absent in claims of earlier versions, which stood for all destinations. */
  destination: z.string().optional(),
  signal: z.object({ topic: z.string(), partition: z.int(), offset: z.string(), signal_id: z.string() }),
  /** Epoch milliseconds: when the signal was accepted. */
  at: z.int().nonnegative(),
});

/** The signal that a rule told a destination of within one cool-down of one person or account. */
export type UrgentClaim = z.infer<typeof claimSchema>;
export type UrgentLog = DecisionLog<UrgentClaim>;

/**
 * A decision log rather than state per partition: an account's signals come from many people and a person's from many
 * topics, so those who must agree on one cool-down read different partitions. A claim names the signal by its place in
 * the log, so a replica that claims and dies before it hands the record on is followed by one that sees the same
 * signal again, finds that it has won, and goes on.
 */
export function createUrgentLog(kafka: KafkaClient, topic: string, log: KafkaLog, maxWaitTimeMs?: number): UrgentLog {
  return createDecisionLog<UrgentClaim>({
    kafka,
    topic,
    read: (content) => claimSchema.parse(content),
    maxWaitTimeMs,
    log,
  });
}

export interface ClaimResult {
  readonly isOurs: boolean;
  /** Key of the claim: the plan id of what is delivered for it. */
  readonly key: string;
}

const keysOf = (claim: UrgentClaim, window: number): { readonly own: string; readonly shared: string } => {
  const shared = `urgent:${claim.rule}:${claim.subject}:${window}`;
  return { own: claim.destination === undefined ? shared : `${shared}:${claim.destination}`, shared };
};

/**
 * Claims a rule's cool-down window of a destination for a signal; false when another signal has it, or had the one before
 * too recently. Throws a ContractError for a claim that this version cannot read. Each destination has its own: what one of them could not be told is still news to it later.
 */
export async function claimUrgency(
  log: Pick<UrgentLog, 'winner' | 'propose'>,
  claim: UrgentClaim,
  cooldownMs: number,
): Promise<ClaimResult> {
  const window = Math.floor(claim.at / cooldownMs);
  const keys = keysOf(claim, window);
  for (const key of new Set([keys.own, keys.shared])) {
    const known = log.winner(key);
    if (known !== undefined) return { isOurs: isSame(valueOf(known), claim), key };
  }
  const earlier = keysOf(claim, window - 1);
  const before = [earlier.own, earlier.shared].map((key) => log.winner(key));
  if (before.some((one) => one !== undefined && claim.at - valueOf(one).at < cooldownMs)) {
    return { isOurs: false, key: keys.own };
  }
  const { winner } = await log.propose(keys.own, claim);
  return { isOurs: isSame(valueOf(winner), claim), key: keys.own };
}

function isSame(a: UrgentClaim, b: UrgentClaim): boolean {
  return (
    a.signal.topic === b.signal.topic &&
    a.signal.partition === b.signal.partition &&
    a.signal.offset === b.signal.offset
  );
}
