import { FailureWatch } from './failure-watch';

let now = 0;
const watch = (): FailureWatch => new FailureWatch('storing notes', 60_000, () => now);
beforeEach(() => (now = 1_000_000));

it('says nothing of a failure that is young, and names work, duration and reason of one that lasts', () => {
  const watched = watch();
  watched.failed(new Error('first'));
  now += 59_999;
  expect(watched.check).not.toThrow();
  watched.failed(new Error('refused'));
  now += 1;
  expect(watched.check).toThrow('storing notes has failed for 60 s: refused');
});

it('begins anew after a success', async () => {
  const watched = watch();
  await watched.watch(() => Promise.reject(new Error('away'))).catch(() => undefined);
  now += 120_000;
  expect(watched.check).toThrow('away');
  await watched.watch(() => Promise.resolve());
  expect(watched.check).not.toThrow();
  watched.failed(new Error('again'));
  expect(watched.check).not.toThrow();
});
