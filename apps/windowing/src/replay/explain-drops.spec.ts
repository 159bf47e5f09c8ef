import type { ChainLink } from '../sealing/decide/chain-state';
import { archivesOf, explainDrops } from './explain-drops';

const HOUR = 3_600_000;
const T = Date.UTC(2026, 10, 20);
const vector = (offset: number) => [{ topic: 'web', topic_epoch: 0, offsets: [offset] }];
const head = (step: number, offset: number, closedBefore: number) => ({
  step,
  closedThrough: closedBefore,
  closedBefore,
  vector: vector(offset),
  sealedAt: 0,
});
const link = (step: number, offset: number, closedBefore: number, more: object = {}): ChainLink =>
  ({
    step: { step, vector: vector(offset), first_window: closedBefore - HOUR, ...more },
    logOffset: step,
    head: head(step, offset, closedBefore),
  }) as unknown as ChainLink;

/** Offsets 0 to 9, of hours 0 to 2. */
const drop = (archive = '') => ({
  day: '2026-11-20',
  topic: 'web',
  topicEpoch: 0,
  partition: 0,
  firstOffset: 0,
  lastOffset: 9,
  firstWindow: T,
  lastWindow: T + 2 * HOUR,
  archive,
});
const DAY = 'landed records of 2026-11-20';

describe('a step is no longer kept', () => {
  const before = head(1, 10, T + 2 * HOUR);
  it.each<[string, ChainLink, object, string | null]>([
    ['when offsets of its own were dropped', link(1, 10, T + 2 * HOUR), head(0, 0, T), DAY],
    ['when it closed a window with dropped records below its offsets', link(2, 20, T + 3 * HOUR), before, DAY],
    [
      'not when its windows come after all that was dropped',
      link(3, 20, T + 4 * HOUR),
      head(2, 10, T + 3 * HOUR),
      null,
    ],
    [
      'not when it is a rebuild, which reads no landed records',
      link(2, 10, T, { rebuild: { from: T, to: T + HOUR } }),
      before,
      null,
    ],
  ])('%s', (_what, step, previous, expected) => {
    expect(
      explainDrops({ link: step, previous: previous as typeof before }, { raw: [drop()], sealedBefore: 0 }, true),
    ).toBe(expected);
  });

  it('not when what was dropped is archived, unless the archive is not named', () => {
    const step = { link: link(1, 10, T + 2 * HOUR), previous: head(0, 0, T) };
    const drops = { raw: [drop('a.parquet')], sealedBefore: 0 };
    expect(explainDrops(step, drops, true)).toBeNull();
    expect(explainDrops(step, drops, false)).toBe(DAY);
  });

  it('when it has late rows, or rebuilds, windows whose sealed rows were dropped', () => {
    const late = link(3, 20, T + 4 * HOUR, { first_window: T });
    const rebuild = link(3, 20, T + 4 * HOUR, { rebuild: { from: T, to: T + HOUR } });
    const previous = head(2, 20, T + 4 * HOUR);
    for (const step of [late, rebuild]) {
      expect(explainDrops({ link: step, previous }, { raw: [], sealedBefore: T + HOUR }, true)).toBe(
        'sealed signals of windows before 2026-11-20',
      );
      expect(explainDrops({ link: step, previous }, { raw: [], sealedBefore: T }, true)).toBeNull();
    }
  });
});

it('reads each archived file once, and only those that the steps need', () => {
  const links = [link(1, 5, T + HOUR), link(2, 10, T + 2 * HOUR), link(3, 20, T + 4 * HOUR)];
  const later = {
    ...drop('b.parquet'),
    firstOffset: 10,
    lastOffset: 12,
    firstWindow: T + 3 * HOUR,
    lastWindow: T + 3 * HOUR,
  };
  expect(archivesOf(links, [drop('a.parquet'), later], { from: 1, to: 2 })).toEqual(['a.parquet']);
  expect(archivesOf(links, [drop('a.parquet'), later], { from: 1, to: 3 })).toEqual(['a.parquet', 'b.parquet']);
});
