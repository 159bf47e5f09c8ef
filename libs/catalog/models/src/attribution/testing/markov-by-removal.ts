/** A path of channels, with how many of those who took it converted and how many did not. */
export interface Path {
  readonly channels: readonly string[];
  readonly conversions: number;
  readonly nulls: number;
}

type Fraction = readonly [over: bigint, under: bigint];

const ZERO: Fraction = [0n, 1n];
const ONE: Fraction = [1n, 1n];
const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : divisor(b, a % b));
const fraction = (over: bigint, under: bigint): Fraction => {
  const by = divisor(over, under) * (under < 0n ? -1n : 1n);
  return [over / by, under / by];
};
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => fraction(a * d + c * b, b * d);
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => fraction(a * c, b * d);
const minus = (a: Fraction, [c, d]: Fraction): Fraction => plus(a, [-c, d]);
const over = (a: Fraction, [c, d]: Fraction): Fraction => times(a, [d, c]);

/** Chance to convert from the start, edges of `removed` sent to null; exact, by (I - Q) x = r. */
function chance(edges: ReadonlyMap<string, ReadonlyMap<string, number>>, removed?: string): Fraction {
  const states = [...edges.keys()].filter((state) => state !== removed);
  const rows = states.map((from) => {
    const to = edges.get(from) ?? new Map<string, number>();
    const all = BigInt([...to.values()].reduce((sum, count) => sum + count, 0));
    const share = (state: string): Fraction => fraction(BigInt(to.get(state) ?? 0), all);
    return [...states.map((state) => minus(state === from ? ONE : ZERO, share(state))), share('(conversion)')];
  });
  for (let column = 0; column < states.length; column++) {
    const pivot = rows.findIndex((row, index) => index >= column && row[column]?.[0] !== 0n);
    [rows[column], rows[pivot]] = [rows[pivot] as Fraction[], rows[column] as Fraction[]];
    const first = rows[column] as Fraction[];
    rows.forEach((row, index) => {
      const factor = over(row[column] as Fraction, first[column] as Fraction);
      if (index === column || factor[0] === 0n) return;
      rows[index] = row.map((cell, place) => minus(cell, times(factor, first[place] as Fraction)));
    });
  }
  const start = states.indexOf('(start)');
  return over(rows[start]?.at(-1) as Fraction, rows[start]?.[start] as Fraction);
}

/** Share of each channel by the Markov chain of order 1 of the paths: removal effect / sum of removal effects, as `5/22`. */
export function markovShares(paths: readonly Path[]): { readonly channel: string; readonly share: string }[] {
  const edges = new Map<string, Map<string, number>>();
  const add = (from: string, to: string, count: number): void => {
    const known = edges.get(from) ?? new Map<string, number>();
    edges.set(from, known.set(to, (known.get(to) ?? 0) + count));
  };
  for (const { channels, conversions, nulls } of paths) {
    const collapsed = channels.filter((channel, index) => channel !== channels[index - 1]);
    ['(start)', ...collapsed].forEach((from, index, all) => {
      const next = all[index + 1];
      if (next !== undefined) add(from, next, conversions + nulls);
      else
        [['(conversion)', conversions] as const, ['(null)', nulls] as const].forEach(([to, count]) =>
          add(from, to, count),
        );
    });
  }
  const base = chance(edges);
  const channels = [...edges.keys()].filter((state) => state !== '(start)').sort();
  const effects = channels.map((channel) => minus(ONE, over(chance(edges, channel), base)));
  const total = effects.reduce(plus, ZERO);
  return channels.map((channel, index) => {
    const [a, b] = over(effects[index] as Fraction, total);
    return { channel, share: `${a}/${b}` };
  });
}
