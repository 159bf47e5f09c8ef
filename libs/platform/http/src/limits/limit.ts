/**
 * How often an account may be called, in the words of its API. A call must fit all limits that count it.
 * `seconds`: in any stretch of so many. `day`: in any 24 hours, or from midnight to midnight of a zone. `at_once`: under way.
 */
export type Limit = {
  /** Told to whoever waits for it. */
  readonly name: string;
  readonly calls: number;
  /** `named`: counts only calls that name it, such as those of one endpoint. Default: every call of the account. */
  readonly counts?: 'every_call' | 'named';
  /** Each channel has as many calls of its own; calls without a channel are not counted. Default: one count for all. */
  readonly per?: 'account' | 'channel';
} & (
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'day'; readonly resets: 'rolling' | { readonly zone: string } }
  | { readonly kind: 'at_once' }
);

/** What the limits need to know about a call. */
export interface Call {
  /** Name of the limit that counts it beside the account's own. */
  readonly limit?: string;
  readonly channel?: string;
  /** It may use the part that is kept back from other calls. */
  readonly mayUseReserve?: boolean;
}

/** Whether a limit counts every call, of whatever name or channel. */
export const countsEveryCall = ({ counts, per }: Limit): boolean => counts !== 'named' && per !== 'channel';

/** Where an account does not say how many calls may be under way. */
const USUAL_AT_ONCE = 4;

/** Calls worth making in parallel. */
export function callsAtOnce(limits: readonly Limit[]): number {
  const all = limits.filter((limit) => limit.kind === 'at_once' && countsEveryCall(limit));
  return all.length === 0 ? USUAL_AT_ONCE : Math.min(...all.map(({ calls }) => calls));
}
