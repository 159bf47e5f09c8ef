import { partitionId } from '../consumer/topic-partition';
import { ViewProgress } from './view-progress';

const P0 = { topic: 't', partition: 0 };

it('is complete once every end that was there at the start is reached', () => {
  const progress = new ViewProgress();
  expect(progress.isComplete()).toBe(false);
  progress.expect(new Map([[partitionId(P0), 3n]]));
  expect(progress.isComplete()).toBe(false);
  progress.heard(P0, 0n, 5n, 0);
  progress.advance(P0, 2n);
  expect(progress.isComplete()).toBe(false);
  progress.advance(P0, 3n);
  expect(progress.isComplete()).toBe(true);
});

it('is complete at once when there was nothing to read', () => {
  const progress = new ViewProgress();
  progress.expect(new Map());
  expect(progress.isComplete()).toBe(true);
});

it('is behind since it was last whole, and not while an import arrives that it keeps up with', () => {
  const progress = new ViewProgress();
  progress.heard(P0, 0n, 10n, 1_000);
  progress.advance(P0, 5n);
  expect([progress.lag(), progress.behindMs(1_500)]).toEqual([5, 500]);
  // The next fetch says that the log has grown: the end heard of at 1,000 is still the one to reach.
  progress.heard(P0, 5n, 20n, 2_000);
  expect(progress.behindMs(2_500)).toBe(1_500);
  progress.advance(P0, 12n);
  expect([progress.lag(), progress.behindMs(2_500)]).toEqual([8, 1_500]);
  progress.heard(P0, 12n, 30n, 3_000);
  progress.advance(P0, 30n);
  expect([progress.lag(), progress.behindMs(60_000)]).toEqual([0, 0]);
  // Idle for long, then one more record: whole until a moment ago.
  progress.heard(P0, 30n, 31n, 60_000);
  expect(progress.behindMs(60_010)).toBe(10);
});

it('never goes back', () => {
  const progress = new ViewProgress();
  progress.heard(P0, 4n, 9n, 0);
  progress.advance(P0, 2n);
  expect(progress.position(P0)).toBe(4n);
});
