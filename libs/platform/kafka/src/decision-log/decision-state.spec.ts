import fc from 'fast-check';
import { DecisionState } from './decision-state';
import type { Entry } from './entry';

const entry = (offset: number, key: string, value = `${key}${offset}`): Entry<string> => ({
  key,
  value,
  offset: BigInt(offset),
  appendedAt: offset,
});
const logs = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
  .map((keys) => keys.map((key, i) => entry(i, key)));

describe('what a log has decided', () => {
  it('is the first record of every key, in log order', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const state = new DecisionState<Entry<string>>();
        for (const record of log) state.apply(record);
        const firsts = log.filter((record, i) => log.findIndex(({ key }) => key === record.key) === i);
        expect(state.entriesFrom(0n)).toEqual(firsts);
        expect(state.head()).toEqual(firsts.at(-1));
        expect(state.lost).toBe(log.length - firsts.length);
      }),
    );
  });

  it('does not change when a reader begins again somewhere before', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.tuple(fc.nat(30), fc.nat(30))), (log, rereads) => {
        const once = new DecisionState<Entry<string>>();
        for (const record of log) once.apply(record);
        const often = new DecisionState<Entry<string>>();
        let read = 0;
        for (const [back, forward] of [...rereads, [0, log.length] as const]) {
          for (const record of log.slice(Math.max(0, read - back), read + forward)) often.apply(record);
          read = Math.min(log.length, read + forward);
        }
        expect(often.entriesFrom(0n)).toEqual(once.entriesFrom(0n));
        expect(often.position).toBe(once.position);
      }),
    );
  });

  it('is the same from a mirror of a prefix and the rest of the log', () => {
    fc.assert(
      fc.property(logs, fc.nat(30), (log, cut) => {
        const whole = new DecisionState<Entry<string>>();
        for (const record of log) whole.apply(record);
        const prefix = new DecisionState<Entry<string>>();
        for (const record of log.slice(0, cut)) prefix.apply(record);
        const mirrored = new DecisionState<Entry<string>>(prefix.position, prefix.entriesFrom(0n));
        for (const record of log) mirrored.apply(record);
        expect(mirrored.entriesFrom(0n)).toEqual(whole.entriesFrom(0n));
      }),
    );
  });

  it('gives the entries from an offset on, also between entries', () => {
    const state = new DecisionState<Entry<string>>();
    for (const record of [entry(0, 'a'), entry(1, 'a'), entry(2, 'b'), entry(5, 'c')]) state.apply(record);
    const offsets = (from: bigint) => state.entriesFrom(from).map(({ offset }) => offset);
    expect([0n, 1n, 3n, 6n].map(offsets)).toEqual([[0n, 2n, 5n], [2n, 5n], [5n], []]);
  });

  it('moves past records without a meaning, never back', () => {
    const state = new DecisionState<Entry<string>>();
    state.skipTo(5n);
    state.skipTo(3n);
    expect(state.position).toBe(5n);
    expect(state.apply(entry(4, 'a'))).toBe('seen');
    expect(state.winner('a')).toBeUndefined();
  });
});
