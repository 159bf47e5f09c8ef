import type { Lane } from '../partitions/lane';
import { Chunk } from './chunk';
import { Flusher, type Settlement } from './flusher';
import { AbandonedError } from './persist';

const lane: Lane = {
  topic: 't',
  topicEpoch: 0,
  partition: 0,
  rules: { futureSlackMs: 0, horizonMs: 0, isReceiptJudged: true },
  next: 0,
  end: undefined,
  refusal: null,
};

function setUp(maxInFlight = 3) {
  const stores: { chunk: Chunk; signal: AbortSignal; done: () => void; fail: (error: Error) => void }[] = [];
  const settled: number[] = [];
  const broken: unknown[] = [];
  let settleGate: Promise<void> = Promise.resolve();
  const flusher = new Flusher({
    maxInFlight,
    store: (chunk, signal) =>
      new Promise((resolve, reject) => void stores.push({ chunk, signal, done: resolve, fail: reject })),
    settle: async ({ positions }: Settlement) => {
      await settleGate;
      settled.push(positions.get(lane) ?? -1);
    },
    onRoom: () => undefined,
    onBroken: (error) => void broken.push(error),
  });
  const submit = (position: number): void => {
    const chunk = new Chunk(1);
    chunk.positions.set(lane, position);
    flusher.submit(chunk);
  };
  return { flusher, stores, settled, broken, submit, holdSettling: (gate: Promise<void>) => void (settleGate = gate) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the flusher', () => {
  it('settles a chunk only when every chunk before it is stored', async () => {
    const { stores, settled, submit, flusher } = setUp();
    submit(10);
    submit(20);
    submit(30);
    stores[1]?.done();
    stores[2]?.done();
    await turn();
    expect(settled).toEqual([]);
    stores[0]?.done();
    await flusher.drained();
    expect(settled).toEqual([30]);
  });

  it('has room again when a chunk is stored, settled or not', async () => {
    const { flusher, submit, stores } = setUp(2);
    submit(10);
    submit(20);
    expect(flusher.hasRoom).toBe(false);
    stores[1]?.done();
    await turn();
    expect(flusher.hasRoom).toBe(true);
  });

  it('settles nothing of an abandoned epoch, stored later or settling at that moment', async () => {
    const { flusher, submit, stores, settled, holdSettling } = setUp();
    let open: () => void = () => undefined;
    holdSettling(new Promise((resolve) => (open = resolve)));
    submit(10);
    stores[0]?.done();
    submit(20);
    await turn();
    flusher.abandon();
    expect(stores[1]?.signal.aborted).toBe(true);
    stores[1]?.done();
    open();
    await flusher.drained();
    await turn();
    // The settlement that was under way checks the epoch itself; none began after.
    expect(settled).toEqual([10]);
  });

  it('settles a chunk that is submitted and stored while the one before is being settled', async () => {
    const { flusher, submit, stores, settled, holdSettling } = setUp();
    let open: () => void = () => undefined;
    holdSettling(new Promise((resolve) => (open = resolve)));
    submit(10);
    stores[0]?.done();
    await turn();
    submit(20);
    stores[1]?.done();
    await turn();
    open();
    await flusher.drained();
    expect(settled).toEqual([10, 20]);
  });

  it('goes on with the next epoch after an abandoned one', async () => {
    const { flusher, submit, stores, settled, broken } = setUp();
    submit(10);
    flusher.abandon();
    stores[0]?.fail(new AbandonedError('over'));
    submit(5);
    stores[1]?.done();
    await flusher.drained();
    expect(settled).toEqual([5]);
    expect(broken).toEqual([]);
  });
});
