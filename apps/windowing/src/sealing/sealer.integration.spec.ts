import { useStack } from '@millrace/platform-testing';

import { HOUR, MINUTE, SealingFixture, T0 } from '../testing/sealing-fixture';
import type { Sealer, SealOutcome } from './sealer';

const stack = useStack();
let fixture: SealingFixture;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
});
afterAll(() => fixture.close());

async function sealNext(sealer: Sealer): Promise<SealOutcome> {
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(`waits: ${proposed.because} ${JSON.stringify(proposed.behind)}`);
  return sealer.seal(proposed.proposal);
}

const ids = async (view = 'signals'): Promise<string[]> =>
  (
    await fixture.clickhouse.query<{ id: string }>(
      `select concat(signal_id, '@', toString(partition), '/', toString(offset)) as id from ${view} order by id`,
    )
  ).map((row) => row.id);

describe('a chain of seal steps', () => {
  let sealer: Sealer;

  it('seals a window on time, one row per id, the lowest partition and offset', async () => {
    await fixture.land([
      {
        partition: 0,
        offset: 0,
        id: 'a',
        occurredAt: T0 - HOUR,
        email: ' Ann@Mail.Acme.CO.UK ',
        url: 'https://x.test/pricing?a=1',
      },
      { partition: 1, offset: 0, id: 'a', occurredAt: T0 - HOUR + 5 },
      { partition: 0, offset: 1, id: 'b', occurredAt: T0 - HOUR, email: 'bob@gmail.com', userAgent: 'Googlebot/2.1' },
      { partition: 0, offset: 1, id: 'b', occurredAt: T0 - HOUR, email: 'bob@gmail.com', userAgent: 'Googlebot/2.1' },
      { partition: 1, offset: 1, id: 'open', occurredAt: T0 + 1 },
    ]);
    await fixture.quarantine(1, 2);
    await fixture.skip(1, 3, 4);
    await fixture.reach(2, 5);
    fixture.now = T0 + 11 * MINUTE;
    ({ sealer } = await fixture.replica());
    const outcome = await sealNext(sealer);
    expect(outcome).toMatchObject({
      kind: 'sealed',
      won: true,
      step: {
        step: 1,
        reason: 'on_time',
        closed_through: T0 + 10 * MINUTE,
        totals: { sealed: 2, duplicates: 1, late: 0, quarantined: 1, skipped: 2, windows: 1, offsets: 7 },
        first_window: T0 - HOUR,
      },
    });
    expect(await ids()).toEqual(['a@0/0', 'b@0/1']);
  });

  it('enriches what it seals', async () => {
    const rows = await fixture.clickhouse.query(
      'select signal_id, email, email_normalized, email_domain, is_free_mail, company_domain, is_bot, url_path from signals order by signal_id',
    );
    expect(rows).toEqual([
      {
        signal_id: 'a',
        email: ' Ann@Mail.Acme.CO.UK ',
        email_normalized: 'ann@mail.acme.co.uk',
        email_domain: 'acme.co.uk',
        is_free_mail: false,
        company_domain: 'acme.co.uk',
        is_bot: false,
        url_path: '/pricing',
      },
      {
        signal_id: 'b',
        email: 'bob@gmail.com',
        email_normalized: 'bob@gmail.com',
        email_domain: 'gmail.com',
        is_free_mail: true,
        company_domain: null,
        is_bot: true,
        url_path: '',
      },
    ]);
  });

  it('waits for the late interval, then takes late rows, without ids that are sealed already', async () => {
    await fixture.land([
      { partition: 0, offset: 2, id: 'late', occurredAt: T0 - HOUR },
      { partition: 0, offset: 3, id: 'a', occurredAt: T0 - HOUR },
      { partition: 0, offset: 4, id: 'late', occurredAt: T0 - HOUR },
      { partition: 0, offset: 5, id: 'older', occurredAt: T0 - 30 * HOUR },
    ]);
    await fixture.reach(6, 5);
    expect(await sealer.propose()).toMatchObject({ kind: 'wait' });
    fixture.now += 6 * MINUTE;
    expect(await sealNext(sealer)).toMatchObject({
      step: {
        step: 2,
        reason: 'late',
        closed_through: T0 + 10 * MINUTE,
        totals: { sealed: 2, duplicates: 2, late: 2, windows: 2 },
      },
    });
    expect(await ids()).toEqual(['a@0/0', 'b@0/1', 'late@0/2', 'older@0/5']);
    expect(await ids('signals_as_of(as_of_step = 1)')).toEqual(['a@0/0', 'b@0/1']);
  });

  it('closes an empty window with an empty step', async () => {
    await fixture.reach(6, 5);
    fixture.now = T0 + 2 * HOUR + 11 * MINUTE;
    expect(await sealNext(sealer)).toMatchObject({ step: { step: 3, totals: { sealed: 1, windows: 1 } } });
    fixture.now += HOUR;
    expect(await sealNext(sealer)).toMatchObject({
      step: { step: 4, totals: { sealed: 0, duplicates: 0, windows: 0, offsets: 0 }, first_window: null },
    });
  });

  it('lets one of two racing replicas win each step, and never shows the other', async () => {
    await fixture.land(
      Array.from({ length: 200 }, (_, i) => ({
        partition: i % 2,
        offset: 6 + (i >> 1),
        id: `r${i % 150}`,
        occurredAt: T0 + 3 * HOUR + i,
      })),
    );
    await fixture.reach(106, 106);
    await fixture.skip(1, 5, 5);
    fixture.now += HOUR;
    const other = await fixture.replica();
    const proposed = await sealer.propose();
    if (proposed.kind !== 'propose') throw new Error(proposed.because);
    const outcomes = await Promise.all([sealer.seal(proposed.proposal), other.sealer.seal(proposed.proposal)]);
    expect(outcomes.map((outcome) => outcome.kind === 'sealed' && outcome.won).sort()).toEqual([false, true]);
    const digests = outcomes.map((outcome) => (outcome.kind === 'sealed' ? outcome.step.digest : ''));
    expect(digests[0]).toBe(digests[1]);
    expect((await ids()).filter((id) => id.startsWith('r'))).toHaveLength(150);
    const attempts = await fixture.clickhouse.query('select distinct attempt_id from signal_rows where step = 5');
    expect(attempts).toHaveLength(2);
  });
});

describe('what operators and analysts read', () => {
  it('accounts for every offset, now and as of every step', async () => {
    const rows = await fixture.clickhouse.query('select * from conservation order by partition');
    expect(rows).toEqual([
      expect.objectContaining({
        partition: 0,
        offsets: 106,
        quarantined: 0,
        skipped: 0,
        unaccounted: 0,
        is_balanced: true,
      }),
      expect.objectContaining({
        partition: 1,
        offsets: 106,
        quarantined: 1,
        skipped: 3,
        unaccounted: 0,
        is_balanced: true,
      }),
    ]);
    for (const step of [1, 2, 3, 4, 5]) {
      const [row] = await fixture.clickhouse.query(
        'select sum(offsets) as offsets, sum(abs(unaccounted)) as unaccounted, sum(waiting) as waiting from conservation_as_of(as_of_step = {step: UInt64})',
        { step },
      );
      expect(row).toMatchObject({ unaccounted: 0, waiting: step < 3 ? 1 : 0 });
    }
    expect(
      await fixture.clickhouse.query('select window_start from window_conservation where not is_balanced'),
    ).toEqual([]);
  });

  it('notices a sealed row that vanished', async () => {
    await fixture.clickhouse.command("delete from signal_rows where signal_id = 'b'");
    expect(
      await fixture.clickhouse.query('select partition, unaccounted from conservation where not is_balanced'),
    ).toEqual([{ partition: 0, unaccounted: 1 }]);
    expect(await fixture.clickhouse.query('select sum(unaccounted) as gone from window_conservation')).toEqual([
      { gone: 1 },
    ]);
  });

  it('lists windows with their state and revisions', async () => {
    const rows = await fixture.clickhouse.query(
      'select state, sealed, duplicates, late, revisions, first_step, last_step from windows order by window_start',
    );
    expect(rows).toEqual([
      { state: 'revised', sealed: 1, duplicates: 0, late: 1, revisions: 1, first_step: 2, last_step: 2 },
      { state: 'revised', sealed: 3, duplicates: 3, late: 1, revisions: 1, first_step: 1, last_step: 2 },
      { state: 'closed', sealed: 1, duplicates: 0, late: 0, revisions: 0, first_step: 3, last_step: 3 },
      { state: 'closed', sealed: 150, duplicates: 50, late: 0, revisions: 0, first_step: 5, last_step: 5 },
    ]);
  });
});
