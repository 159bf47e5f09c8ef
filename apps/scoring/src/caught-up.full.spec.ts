import { tickKey } from '@millrace/contract-score';
import { dayAt } from '@millrace/contract-window';
import { openStack, useStack, waitFor, type Stack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { createScoring } from './scoring';
import { install, seal } from './testing/seed';

jest.setTimeout(600_000);

describe('three nights without scoring', () => {
  const stack = useStack();
  const stacks: Stack[] = [];
  const opened: Connections[] = [];
  afterAll(async () => {
    await Promise.all(opened.map(closeConnections));
    await Promise.all(stacks.map((one) => one.cleanup()));
  });

  const open = async (one: Stack): Promise<Connections> => {
    const connections = await install(one, { SCHEDULE_POLL_SECONDS: '0.1' });
    opened.push(connections);
    return connections;
  };
  /** Ticks at 02:00 local time of the last three nights, oldest first. */
  const lastNights = (engine: Engine): number[] => {
    const { ticker } = engine.job('lead_score');
    const third = ticker.newest(Date.now()) as number;
    const second = ticker.previous(third) as number;
    return [ticker.previous(second) as number, second, third];
  };
  /** What was sealed between the night before and this one. */
  const sealNight = (connections: Connections, index: number, night: number, zone: string): Promise<unknown> => {
    const day = dayAt(dayAt(night, zone).start - 1, zone);
    const at = (hours: number): string => new Date(day.start + hours * 3_600_000).toISOString();
    return seal(connections, index + 1, new Date(night).toISOString(), [
      { at: at(9), type: 'page_viewed', anonymous: 'p', path: '/pricing', id: `p-${index}` },
      { at: at(23.9), type: 'page_viewed', anonymous: 'p', path: '/', id: `late-${index}` },
      { at: at(24.1), type: 'page_viewed', anonymous: 'p', path: '/blog', id: `over-${index}` },
      ...(index === 0 ? [{ at: at(10), type: 'demo_requested', user: 'u1', anonymous: 'p', id: 'demo' }] : []),
      { at: at(11), type: 'webinar_attended', user: `u${index}`, email: `u${index}@acme.com`, id: `k-${index}` },
    ]);
  };
  const historyOf = ({ clickhouse }: Connections): Promise<unknown[]> =>
    clickhouse.query(
      `select as_of_date, entity_id, score, grade, stage, previous_score, previous_stage, score_reasons
      from score_history
      inner join lead_score_states using (run_id, entity_id, score, grade, stage)
      where model = 'lead_score'
      order by as_of_date, entity_id`,
    );

  it('are caught up in order, and every score is the one of an undisturbed installation', async () => {
    const undisturbed = await open(stack);
    const engine = createEngine(undisturbed);
    const nights = lastNights(engine);
    for (const [index, night] of nights.entries()) {
      await sealNight(undisturbed, index, night, engine.zone);
      await runWithUpstream(engine, 'lead_score', night, []);
    }

    const down = await openStack();
    stacks.push(down);
    const connections = await open(down);
    for (const [index, night] of nights.entries()) await sealNight(connections, index, night, engine.zone);
    // It died at the first of the three nights.
    for (const { name } of engine.jobs) {
      const at = nights[0] as number;
      const claim = { kind: 'tick', job: name, scheduled_at: at, epoch: 0, replica: 'dead', claimed_at: at } as const;
      await connections.scores.propose(tickKey(name, at, 0), claim);
    }
    const config = { ...connections.config, TICK_LEASE_SECONDS: 1 };
    const scoring = createScoring({ ...connections, config });
    scoring.scheduler.start();
    const ran = (): number[] => scoring.engine.decisions.runsOf('lead_score').map((run) => run.as_of);
    await waitFor('the newest night to be run', ran, {
      until: (instants) => instants.includes(nights[2] as number),
      deadlineMs: 150_000,
    });
    await scoring.scheduler.stop();
    expect(ran()).toEqual(nights);
    expect(await historyOf(connections)).toEqual(await historyOf(undisturbed));
    expect(await historyOf(connections)).not.toHaveLength(0);
  });
});
