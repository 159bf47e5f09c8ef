import { randomUUID } from 'node:crypto';

import { addDays } from '@millrace/contract-window';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, type SeedSignal } from './testing/seed';

/** Of one e-mail, who was seen with it first and last, over months: its owner is the first, whatever is grouped. */
describe('who is who over many months', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;
  let step = 0;
  // 02:00 in New York.
  const sealUntil = (date: string, signals: readonly SeedSignal[]): Promise<unknown> =>
    seal(connections, ++step, `${date}T06:10:00Z`, signals);
  const ownersAsOf = async (date: string): Promise<Record<string, string>> => {
    const [{ run }] = await runWithUpstream(engine, 'people_as_of', Date.parse(`${date}T07:00:00Z`), []);
    const rows = await connections.clickhouse.query<{ readonly person_id: string; readonly identity: string }>(
      `select person_id, arrayJoin(identities).2 as identity from people_as_of_of(run_id = {run_id: String})`,
      { run_id: run.run_id },
    );
    return Object.fromEntries(rows.map(({ identity, person_id }) => [identity, person_id]));
  };
  const seen = (day: string, user: string, more: Partial<SeedSignal> = {}): SeedSignal => ({
    at: `${day}T15:00Z`,
    type: 'identified',
    user,
    id: randomUUID(),
    ...more,
  });
  const grouped = (): Promise<{ readonly month: string; readonly variants: number }[]> =>
    connections.clickhouse.query(
      `select toString(month) as month, toUInt32(uniqExact(builds_hash)) as variants
      from people_as_of_month_notes group by month order by month`,
    );

  beforeAll(async () => {
    connections = await install(stack);
    engine = createEngine(connections);
  });
  afterAll(() => closeConnections(connections));

  it('is the same whether days or months are read, and months are grouped once', async () => {
    await sealUntil('2026-11-10', [
      // One e-mail and one device in each month: first with the user of that month, then with somebody else.
      ...['2026-07-20', '2026-08-15', '2026-09-15', '2026-10-15', '2026-11-05'].flatMap((day, index) => [
        seen(day, `u${index}`, { email: `m${index}@acme.com`, anonymous: `a${index}` }),
        seen(addDays(day, 3), 'late', { email: `m${index}@acme.com`, anonymous: `a${index}` }),
      ]),
      // One e-mail over all of them: the first user has it.
      seen('2026-07-21', 'first', { email: 'all@acme.com', anonymous: 'shared' }),
      ...['2026-08-16', '2026-09-16', '2026-10-16', '2026-11-06'].map((day, index) =>
        seen(day, `later${index}`, { email: 'all@acme.com', anonymous: 'shared' }),
      ),
    ]);
    const owners = await ownersAsOf('2026-11-10');
    expect(owners).toMatchObject({
      ...Object.fromEntries(
        [0, 1, 2, 3, 4].flatMap((n) => [
          [`m${n}@acme.com`, `u${n}`],
          [`a${n}`, `u${n}`],
        ]),
      ),
      'all@acme.com': 'first',
      shared: 'first',
    });
    // July is the first month of what is read, November is not over.
    const months = ['2026-08-01', '2026-09-01', '2026-10-01'].map((month) => ({ month, variants: 1 }));
    expect(await grouped()).toEqual(months);

    await sealUntil('2026-11-11', [seen('2026-11-10', 'u9', { email: 'm9@acme.com' })]);
    expect(await ownersAsOf('2026-11-11')).toEqual({ ...owners, u9: 'u9', 'm9@acme.com': 'u9' });
    expect(await grouped()).toEqual(months);
  });

  it('follows a late signal into a month that was grouped before', async () => {
    await sealUntil('2026-11-11', [seen('2026-09-14', 'early', { email: 'm2@acme.com' })]);
    expect(await ownersAsOf('2026-11-11')).toMatchObject({ 'm2@acme.com': 'early', 'm1@acme.com': 'u1' });
    expect(await grouped()).toContainEqual({ month: '2026-09-01', variants: 2 });
  });

  it('groups a month again whose rows are not all there', async () => {
    await connections.clickhouse.command(`alter table people_as_of_months drop partition '2026-10-01'`);
    await sealUntil('2026-11-12', []);
    expect(await ownersAsOf('2026-11-12')).toMatchObject({ 'm3@acme.com': 'u3', a3: 'u3' });
  });
});
