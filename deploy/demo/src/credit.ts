import type { ChannelCredit, CreditSum } from './read-past';

/** Which channels the conversions of a month are due to. */
export interface Credit {
  readonly month: string;
  /** By each rule credit is what the conversions are, and value what theirs is, to the last millionth and cent. */
  readonly is_equal: boolean;
  readonly conversions: readonly {
    readonly conversion: string;
    readonly conversions: number;
    readonly rules: readonly { readonly rule: string; readonly credit: number; readonly is_equal: boolean }[];
    readonly channels: readonly Omit<ChannelCredit, 'conversion'>[];
  }[];
}

/** Credit without a sum, or a sum without conversions, is not equal. */
export function creditOf(month: string, channels: readonly ChannelCredit[], sums: readonly CreditSum[]): Credit {
  const kinds = [...new Set(sums.map(({ conversion }) => conversion))];
  return {
    month,
    is_equal: sums.length > 0 && sums.every((sum) => sum.is_equal),
    conversions: kinds.map((conversion) => {
      const own = sums.filter((sum) => sum.conversion === conversion);
      return {
        conversion,
        conversions: own[0]?.conversions ?? 0,
        rules: own.map(({ rule, credit, is_equal }) => ({ rule, credit, is_equal })),
        channels: channels
          .filter((row) => row.conversion === conversion)
          .map(({ channel, first, last, markov }) => ({ channel, first, last, markov })),
      };
    }),
  };
}
