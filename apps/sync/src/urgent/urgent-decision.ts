import type { Restriction } from '../entities/restriction';
import type { ProjectedSignal } from './projected-signal';

/** Why one destination was not told. */
export type Refusal = Restriction | 'cooled_down' | 'no_match_key';
export type UrgentState = 'sent' | 'expired' | 'no_subject' | 'no_destination' | Refusal;

/** A signal and where it is in its log; `appended_at` is the broker's time. */
export interface SignalAt {
  readonly signal: ProjectedSignal;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly appended_at: number;
}

/** A row of `delivery_urgent`. */
export interface UrgentDecision {
  readonly rule: string;
  readonly at: SignalAt;
  readonly subject: string;
  readonly record_id: string;
  readonly state: UrgentState;
  /** Those told. */
  readonly destinations: readonly string[];
  /** Those not told, each with why. */
  readonly not_sent: Readonly<Record<string, Refusal>>;
}

/** A decision and when it was made, epoch milliseconds. */
export interface NotedDecision {
  readonly decision: UrgentDecision;
  readonly decidedAt: number;
}

/** One word for several: told is told; else what forbids before what hinders. */
export function stateOf(sent: readonly string[], notSent: readonly Refusal[]): UrgentState {
  if (sent.length > 0) return 'sent';
  const order: readonly Refusal[] = ['do_not_sync', 'flags_unknown', 'unsubscribed', 'no_match_key', 'cooled_down'];
  return order.find((refusal) => notSent.includes(refusal)) ?? 'no_destination';
}
