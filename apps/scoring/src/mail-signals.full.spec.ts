import { isKnownInput } from '@millrace/contract-score';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedPeople, type SeedSignal } from './testing/seed';

// 02:00 in New York.
const AS_OF = Date.parse('2026-03-10T06:00:00Z');
const on = (user: string, type: string, properties: SeedSignal['properties'] = {}): SeedSignal => ({
  at: '2026-03-09T15:00:00Z',
  type,
  user,
  email: `${user}@acme.com`,
  properties,
});

describe('signals about mail', () => {
  const stack = useStack();
  let connections: Connections;
  let runId: string;
  let peopleRunId: string;

  beforeAll(async () => {
    connections = await install(stack);
    await seedPeople(connections.clickhouse, [
      {
        ...{ instance: 'news', person_id: 'reader@acme.com', own_id: null, email: 'reader@acme.com' },
        ...{ consent: 'unsubscribed', updated_at: '2026-03-09T15:00:00Z' },
      },
    ]);
    await seal(connections, 1, '2026-03-10T05:10:00Z', [
      on('machine', 'email_opened', { is_machine: 'true' }),
      on('reader', 'email_opened', { is_machine: 'false' }),
      on('leaver', 'unsubscribed', { asm_group_id: '10' }),
      on('blocked', 'email_bounced', { bounce_type: 'blocked' }),
      on('gone', 'email_bounced', { bounce_type: 'bounce' }),
    ]);
    const [{ run }] = await runWithUpstream(createEngine(connections), 'lead_score', AS_OF, []);
    runId = run.run_id;
    const people = run.inputs?.['people'];
    if (people !== undefined && isKnownInput(people) && people.kind === 'run') peopleRunId = people.run_id ?? '';
  });
  afterAll(() => closeConnections(connections));

  const classesOf = (user: string): Promise<unknown[]> =>
    connections.clickhouse.query(
      `select signal_class, toInt64(count) as count from person_days where identity = {user: String}`,
      { user },
    );
  const pointsOf = async (user: string): Promise<Record<string, number>> => {
    const rows = await connections.clickhouse.query<{ signal_class: string; points: number }>(
      `select signal_class, points
      from score_contributions
      where run_id = {run_id: String} and entity_id = {user: String} and points != 0`,
      { run_id: runId, user },
    );
    return Object.fromEntries(rows.map(({ signal_class, points }) => [signal_class, points]));
  };

  it("a machine's open has a class of its own and adds nothing to a score; a reader's adds", async () => {
    expect(await classesOf('machine')).toEqual([expect.objectContaining({ signal_class: 'machine_open' })]);
    expect(await classesOf('reader')).toEqual([expect.objectContaining({ signal_class: 'open' })]);
    expect(await pointsOf('machine')).toEqual({});
    expect((await pointsOf('reader'))['open']).toBeGreaterThan(0);
  });

  it('an unsubscribe is a negative of the score', async () => {
    expect((await pointsOf('leaver'))['unsubscribed']).toBeLessThan(0);
  });

  it('what a mail tool states of an address reaches the user of it in the audience, which a signal alone does not', async () => {
    const rows = await connections.clickhouse.query(
      `select record_id, is_unsubscribed
      from audience_people_of(run_id = {run_id: String})
      where record_id in ('leaver', 'reader')
      order by record_id`,
      { run_id: peopleRunId },
    );
    expect(rows).toEqual([
      { record_id: 'leaver', is_unsubscribed: 0 },
      { record_id: 'reader', is_unsubscribed: 1 },
    ]);
  });

  it('a blocked mail is not a hard bounce', async () => {
    expect(await pointsOf('blocked')).not.toHaveProperty('hard_bounce');
    expect((await pointsOf('gone'))['hard_bounce']).toBeLessThan(0);
  });
});
