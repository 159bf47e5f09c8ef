import { tickDoneKey } from '@millrace/contract-score';
import { dayOf } from '@millrace/contract-window';
import { silentLog } from '@millrace/platform-kafka';
import { openStack, useStack, waitFor, type Stack } from '@millrace/platform-testing';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { createScoring, type Scoring } from './scoring';
import { contentOfRun } from './testing/run-content';
import { install, seal, seedAccounts, seedPeople, type SeedSignal } from './testing/seed';

jest.setTimeout(900_000);

const ZONE = 'America/New_York';
const HOUR = 3_600_000;
const updated_at = '2026-01-01T00:00:00Z';
const PEOPLE = ['u0', 'u1', 'u2', 'u3'];
const SETTINGS = {
  TIME_ZONE: ZONE,
  SCHEDULE_POLL_SECONDS: '0.1',
  // Brokers know nothing of the moved clock: no lease ends by it.
  TICK_LEASE_SECONDS: '1000000000',
};

/** Visits and use around midnight and around the hour that is missing or comes twice, and what a day usually brings. */
function signalsOf(date: string): SeedSignal[] {
  const { start, end } = dayOf(date, ZONE);
  const at = (hours: number): string => new Date(start + hours * HOUR).toISOString();
  return PEOPLE.flatMap((user, index): SeedSignal[] => {
    const who = { user, anonymous: `v-${user}`, email: `${user}@a${index % 2}.com`, account: `a${index % 2}` };
    const tell = (hours: number, type: string, more: Partial<SeedSignal> = {}): SeedSignal => ({
      ...who,
      at: at(hours),
      type,
      id: `${date}-${user}-${type}-${hours}`,
      ...more,
    });
    return [
      tell(0.1, 'page_viewed', { path: '/pricing' }),
      tell(1.4, 'page_viewed', { path: '/pricing' }),
      tell(1.9, 'page_viewed', { path: '/docs' }),
      tell(2.2, 'page_viewed', { path: '/pricing' }),
      tell((end - start) / HOUR - 0.1, 'page_viewed', { path: '/' }),
      tell(9 + index, 'feature_used', { properties: { feature: 'report_built' } }),
      ...(index === 1 ? [tell(10, 'demo_requested')] : []),
    ];
  });
}

describe.each([
  // The first is a Saturday; at two in the morning of the second it is three.
  { what: 'forward', dates: ['2027-03-13', '2027-03-14', '2027-03-15'] },
  { what: 'back', dates: ['2027-11-06', '2027-11-07', '2027-11-08'] },
])('nights around clocks that go $what', ({ dates }) => {
  const stack = useStack();
  const realNow = Date.now.bind(Date);
  let ahead = 0;
  const stacks: Stack[] = [];
  const opened: Connections[] = [];
  const running: Scoring[] = [];
  beforeAll(() => void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ahead));
  afterAll(async () => {
    await Promise.all(running.map(({ scheduler }) => scheduler.stop()));
    await Promise.all(opened.map(closeConnections));
    jest.restoreAllMocks();
    await Promise.all(stacks.map((one) => one.cleanup()));
  });

  const from = dayOf(dates[0] as string, ZONE).start;
  /** Half past four: every tick of the night has come, and nothing runs on what is sealed only. */
  const morningOf = (date: string): number => dayOf(date, ZONE).end - 19.5 * HOUR;
  const goTo = (instant: number): void => void (ahead = instant - realNow());

  const open = async (one: Stack): Promise<Connections> => {
    const connections = await install(one, SETTINGS);
    opened.push(connections);
    const { clickhouse } = connections;
    await seedAccounts(
      clickhouse,
      ['a0', 'a1'].map((id) => ({ account_id: id, name: id, domain: `${id}.com`, employees: 90, updated_at })),
    );
    await seedPeople(
      clickhouse,
      PEOPLE.map((id, index) => ({
        person_id: id,
        email: `${id}@a${index % 2}.com`,
        email_domain: `a${index % 2}.com`,
        account_id: `a${index % 2}`,
        updated_at,
      })),
    );
    return connections;
  };
  const replicaOn = (connections: Connections): Scoring => {
    const scoring = createScoring(connections);
    running.push(scoring);
    return scoring;
  };
  /** What was told on the local day before the date; no night before the first is made up for. */
  const sealNight = async (connections: Connections, index: number): Promise<void> => {
    const night = dayOf(dates[index] as string, ZONE);
    const before = new Date(night.start - 12 * HOUR).toISOString().slice(0, 10);
    await seal(connections, index + 1, new Date(night.start + 2 * HOUR).toISOString(), signalsOf(before));
  };
  const countFromHere = async ({ engine, connections }: Scoring): Promise<void> => {
    for (const { name, ticker } of engine.jobs) {
      const at = ticker.newest(from - 1) as number;
      await connections.scores.propose(tickDoneKey(name, at), {
        kind: 'tick_done',
        job: name,
        scheduled_at: at,
        outcome: 'skipped',
        reason: 'nothing was up',
        replica: 'spec',
        decided_at: at,
      });
    }
  };
  const dueBy = ({ engine }: Scoring, instant: number): string[] =>
    engine.jobs.flatMap(({ name, ticker }) => ticker.between(from - 1, instant).map((at) => `${name} ${at}`)).sort();
  const ran = ({ engine }: Scoring): string[] =>
    engine.decisions
      .runs()
      .map(({ model, as_of }) => `${model} ${as_of}`)
      .sort();
  const untilAllRan = async (scoring: Scoring, date: string): Promise<void> => {
    const due = dueBy(scoring, morningOf(date));
    await waitFor(`the runs of ${date}`, () => ran(scoring), {
      until: (runs) => runs.length >= due.length,
      deadlineMs: 240_000,
    });
    expect(ran(scoring)).toEqual(due);
  };
  const contents = async ({ engine, connections }: Scoring): Promise<unknown[]> =>
    Promise.all(
      [...engine.decisions.runs()]
        .sort((a, b) => a.model.localeCompare(b.model) || a.as_of - b.as_of)
        .map(async ({ model, run_id, as_of, as_of_date, rows, checksum, events, is_partial }) => {
          const tables = await contentOfRun(connections.clickhouse, model, run_id);
          return { model, as_of, as_of_date, rows, checksum, events, is_partial, tables };
        }),
    );

  it('two replicas that were down for three days find what one found that was not', async () => {
    const other = await openStack();
    stacks.push(other);
    // A replica makes up for no tick of before it was started.
    goTo(from);
    const undisturbed = replicaOn(await open(other));
    await countFromHere(undisturbed);
    for (const [index, date] of dates.entries()) {
      await sealNight(undisturbed.connections, index);
      goTo(morningOf(date));
      if (index === 0) undisturbed.scheduler.start();
      await untilAllRan(undisturbed, date);
    }
    await undisturbed.scheduler.stop();

    const first = await open(stack);
    for (const index of dates.keys()) await sealNight(first, index);
    const config = readScoringConfig({
      ...stack.environment,
      ...SETTINGS,
      ENTITIES_WAIT_SECONDS: '0',
      REPLICA_ID: 'b',
    });
    const second = createConnections(config, silentLog);
    opened.push(second);
    await Promise.all([second.chain.start(), second.scores.start()]);
    const replicas = [first, second].map(replicaOn);
    await countFromHere(replicas[0] as Scoring);
    for (const { scheduler } of replicas) scheduler.start();
    await untilAllRan(replicas[0] as Scoring, dates.at(-1) as string);

    const found = await contents(replicas[0] as Scoring);
    expect(found).toEqual(await contents(undisturbed));
    expect(found).toContainEqual(expect.objectContaining({ model: 'lead_score', as_of_date: dates[1] }));
    expect(found).toContainEqual(expect.objectContaining({ model: 'account_health', as_of_date: dates[2] }));
  });
});
