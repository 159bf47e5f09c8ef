import type { Account, RequestOptions, Turn, WireAnswer } from '@millrace/platform-http';

import type { Tools } from '../destination';
import type { Sink } from '../sink';

export interface ToolsDeps extends Pick<RequestOptions, 'deadline' | 'mayUseReserve'> {
  readonly account: Account;
  readonly sink: Sink;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The first call goes out in it; it is released afterwards, so that later calls can have one. */
  readonly turn?: Turn;
  /** Each answer, in turn. */
  readonly onAnswer?: (answer: WireAnswer) => void;
}

/** The way to the outside for one piece of work at one account. */
export function createTools({ account, sink, now, signal, turn, onAnswer, ...how }: ToolsDeps): Tools {
  let unused = turn;
  const firstTurn = (): Turn | undefined => {
    const first = unused;
    unused = undefined;
    return first;
  };
  return {
    now,
    signal,
    async request(request, call = {}) {
      const first = firstTurn();
      const answer =
        first === undefined
          ? await account.request(request, { ...call, ...how, signal })
          : await account.requestIn(first, request, signal).finally(() => first.release());
      onAnswer?.(answer);
      return answer;
    },
    sink: {
      async transaction(target, work) {
        const first = firstTurn();
        if (first === undefined) account.limits.note({}, now());
        else first.count(now());
        try {
          return await sink.transaction(target, work);
        } finally {
          first?.release();
        }
      },
    },
  };
}
