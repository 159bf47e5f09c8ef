import { openStack, useStack, type Stack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { confirmRuns } from './runs/run-records';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { killBeforeWrite } from './testing/attempt-killer';
import { contentOfRun } from './testing/run-content';
import { install, seal, seedAccounts, seedPeople, type SeedSignal } from './testing/seed';

jest.setTimeout(1_200_000);

const [DAY, MINUTE] = [86_400_000, 60_000];
/** Tuesday, two nights after clocks went forward in New York. */
const NIGHT = Date.parse('2026-03-10T06:00:00Z');
const updated_at = '2025-01-01T00:00:00Z';
const PEOPLE = Array.from({ length: 7 }, (_, index) => `u${index}`);
const ACCOUNTS = ['a0', 'a1', 'a2'];
/** Every minute is a tick, so that each run counts towards leaving a stage; chunks are small and are scored one by one. */
const SETTINGS = {
  TIME_ZONE: 'America/New_York',
  SCHEDULE_CRONS: ['lead_score', 'rfm', 'account_health', 'attribution'].map((model) => `${model}=* * * * *`).join(';'),
  RUN_CHUNK_SIZE: '2',
  RUN_CHUNKS_PER_QUERY: '1',
};

const at = (daysBefore: number, hours = 0): string =>
  new Date(NIGHT - daysBefore * DAY + hours * MINUTE * 60).toISOString();
const accountOf = (index: number): string => ACCOUNTS[index % ACCOUNTS.length] as string;

/** Visits and clicks of a quarter, fourteen weeks of use that end for one account, a demo request, conversions. */
const SIGNALS: readonly SeedSignal[] = PEOPLE.flatMap((user, index): SeedSignal[] => {
  const who = { user, anonymous: `v${index}`, email: `${user}@${accountOf(index)}.com`, account: accountOf(index) };
  const visit = (back: number, query: string): SeedSignal => ({
    ...who,
    at: at(back, 9 + index),
    id: `visit-${user}-${back}`,
    type: 'page_viewed',
    url: `https://www.millrace.example/pricing${query}`,
  });
  const uses = Array.from({ length: 14 }, (_, week): SeedSignal[] =>
    week < 2 && who.account === 'a1'
      ? []
      : [1, 3].map((day): SeedSignal => ({
          ...who,
          at: at(7 * week + day, 10),
          id: `use-${user}-${week}-${day}`,
          type: 'feature_used',
          properties: { feature: day === 1 ? 'report_built' : 'search' },
        })),
  ).flat();
  return [
    visit(40, '?utm_medium=cpc'),
    visit(30, '?utm_medium=email'),
    visit(2, ''),
    { ...who, at: at(25), id: `click-${user}`, type: 'email_clicked' },
    ...(index % 2 === 0 ? [{ ...who, at: at(20), id: `trial-${user}`, type: 'trial_started' }] : []),
    ...(index === 3 ? [{ ...who, at: at(1), id: 'demo', type: 'demo_requested' }] : []),
    ...uses,
  ];
});

describe('a run that is killed before any of its writes', () => {
  const stack = useStack();
  const stacks: Stack[] = [];
  const opened: Connections[] = [];
  afterAll(async () => {
    await Promise.all(opened.map(closeConnections));
    await Promise.all(stacks.map((one) => one.cleanup()));
  });

  const open = async (one: Stack): Promise<{ connections: Connections; engine: Engine }> => {
    const connections = await install(one, SETTINGS);
    opened.push(connections);
    const { clickhouse } = connections;
    await seedAccounts(
      clickhouse,
      ACCOUNTS.map((id) => ({ account_id: id, name: id, domain: `${id}.com`, employees: 120, updated_at })),
    );
    await seedPeople(
      clickhouse,
      PEOPLE.map((id, index) => ({
        person_id: id,
        email: `${id}@${accountOf(index)}.com`,
        email_domain: `${accountOf(index)}.com`,
        account_id: accountOf(index),
        title: 'VP Marketing',
        updated_at,
      })),
    );
    await seal(connections, 1, new Date(NIGHT).toISOString(), SIGNALS);
    return { connections, engine: createEngine(connections) };
  };
  let disturbed: { connections: Connections; engine: Engine };
  let undisturbed: { connections: Connections; engine: Engine };
  let other: Stack;
  beforeAll(async () => {
    disturbed = await open(stack);
    other = await openStack();
    stacks.push(other);
    undisturbed = await open(other);
  });

  const contentAt = async (
    { connections, engine }: { connections: Connections; engine: Engine },
    model: string,
    asOf: number,
  ): Promise<object> => {
    const [run, ...others] = engine.decisions.runsAt(model, asOf);
    expect([run?.model, others]).toEqual([model, []]);
    const { run_id, rows, checksum, events, is_partial } = run as NonNullable<typeof run>;
    return { rows, checksum, events, is_partial, tables: await contentOfRun(connections.clickhouse, model, run_id) };
  };

  it.each([
    // Kills that a run of it stands at least.
    { model: 'lead_score', asOf: NIGHT + MINUTE, leastKills: 12 },
    { model: 'rfm', asOf: NIGHT + 2 * MINUTE, leastKills: 6 },
    { model: 'account_health', asOf: NIGHT + 3 * MINUTE, leastKills: 5 },
    { model: 'attribution', asOf: NIGHT + 4 * MINUTE, leastKills: 5 },
  ])('$model: the attempt that is left alone ends as an undisturbed run does', async ({ model, asOf, leastKills }) => {
    await runWithUpstream(undisturbed.engine, model, asOf, []);
    for (const job of disturbed.engine.withUpstream(model)) if (job.name !== model) await job.run(asOf, []);

    // Each attempt gets one write further than the one before, and finds the chunks that those before wrote whole.
    const words = ['run', model, '--as-of', new Date(asOf).toISOString(), '--json'];
    const env = { ...process.env, ...stack.environment, ...SETTINGS };
    let kills = 0;
    for (;;) {
      const { isKilled, code, said } = await killBeforeWrite(stack.clickhouseUrl, env, kills + 1, words);
      if (!isKilled) {
        expect({ code, said }).toMatchObject({ code: 0 });
        break;
      }
      kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(leastKills);

    // Who was killed between the decision and its mirror is made up for when a replica starts.
    await disturbed.connections.scores.refresh();
    await confirmRuns(disturbed.connections.clickhouse, disturbed.engine.decisions.runs());
    const [left, right] = [await contentAt(disturbed, model, asOf), await contentAt(undisturbed, model, asOf)];
    expect(left).toEqual(right);
    expect(left).toMatchObject({ is_partial: false });
  });
});
