import { DeliveryLedger } from './delivery-ledger';
import { Fence } from './fence';

const values = (fields: Record<string, number>) => ({ match_key: 'ann', fields });

describe('Fence', () => {
  it.each([
    ['nothing known', null, { asOf: 1, lane: 'batch' }, ['score', 'stage']],
    ['older', { asOf: 5, lane: 'batch' }, { asOf: 4, lane: 'batch' }, ['stage']],
    ['the same again', { asOf: 5, lane: 'batch' }, { asOf: 5, lane: 'batch' }, ['score', 'stage']],
    ['newer', { asOf: 5, lane: 'batch' }, { asOf: 6, lane: 'batch' }, ['score', 'stage']],
    ['a batch of the instant of an urgent value', { asOf: 5, lane: 'urgent' }, { asOf: 5, lane: 'batch' }, ['stage']],
    [
      'an urgent value of the instant of a batch',
      { asOf: 5, lane: 'batch' },
      { asOf: 5, lane: 'urgent' },
      ['score', 'stage'],
    ],
  ] as const)('%s', (_name, accepted, version, fresh) => {
    const fence = new Fence();
    if (accepted !== null) fence.accept(values({ score: 1 }), accepted);
    expect(fence.freshFields(values({ score: 2, stage: 3 }), version)).toEqual(fresh);
  });

  it('never goes back to an older version', () => {
    const fence = new Fence();
    fence.accept(values({ score: 1 }), { asOf: 5, lane: 'batch' });
    fence.accept(values({ score: 2 }), { asOf: 3, lane: 'urgent' });
    expect(fence.freshFields(values({ score: 9 }), { asOf: 4, lane: 'batch' })).toEqual([]);
  });
});

describe('DeliveryLedger', () => {
  const outcome = { idempotency_key: 'k', plan_id: 'p', attempt: 1 } as const;

  it('has a key done with once it is accepted, in every plan', () => {
    const ledger = new DeliveryLedger();
    expect(ledger.isDone('p', 'k')).toBe(false);
    ledger.note({ ...outcome, outcome: 'unknown', is_final: false });
    expect([ledger.isDone('p', 'k'), ledger.nextAttempt('k')]).toEqual([false, 2]);
    ledger.note({ ...outcome, attempt: 2, outcome: 'accepted', is_final: true });
    expect([ledger.isDone('p', 'k'), ledger.isDone('q', 'k'), ledger.nextAttempt('k')]).toEqual([true, true, 3]);
  });

  it('has a key that failed for good done with in its plan only, so that a retry may send it', () => {
    const ledger = new DeliveryLedger();
    ledger.load('p', [{ idempotency_key: 'k', is_accepted: false, is_final: true, attempts: 3 }]);
    expect([ledger.isDone('p', 'k'), ledger.isDone('retry-1', 'k'), ledger.nextAttempt('k')]).toEqual([true, false, 4]);
  });

  it('loads plans again after a change of hands', () => {
    const ledger = new DeliveryLedger();
    ledger.load('p', []);
    expect(ledger.isLoaded('p')).toBe(true);
    ledger.takeOver();
    expect(ledger.isLoaded('p')).toBe(false);
  });
  it('knows every key that was accepted since a minute after it took over, or since it forgot some', () => {
    let now = 1_000_000;
    const ledger = new DeliveryLedger(() => now, 2);
    expect(ledger.isWholeSince(now)).toBe(false);
    ledger.takeOver();
    expect([ledger.isWholeSince(now + 59_999), ledger.isWholeSince(now + 60_000)]).toEqual([false, true]);
    now += 100_000;
    for (const idempotency_key of ['a', 'b', 'c', 'd']) {
      ledger.note({ ...outcome, idempotency_key, outcome: 'accepted', is_final: true });
    }
    expect([ledger.isWholeSince(now - 1), ledger.isWholeSince(now)]).toEqual([false, true]);
  });
});
