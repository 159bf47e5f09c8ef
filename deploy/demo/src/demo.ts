import { createPast, createSimulation } from '@millrace/simulation';
import type { SimulatedEvent } from '@millrace/simulation';
import { waitUntil } from '@millrace/local-stack';
import { createClickHouse } from '@millrace/platform-clickhouse';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import { measure } from './measure';
import { runMillrace } from './millrace';
import { movedLeadOf } from './moved-lead';
import type { MovedLead } from './moved-lead';
import { monthTick, nightTick, weekTick } from './night';
import type { Progress } from './progress';
import { publishDirect } from './publish-direct';
import { readDeliveryRuns } from './queries';
import { createClient, sendEvents } from './send-events';
import type { Summary } from './summary';
import { WRITE_KEYS, ZONE } from './surroundings';
import type { Surroundings } from './surroundings';
import { tooLate } from './too-late';
import { requestDemo } from './urgent';

export interface DemoOptions {
  readonly seed: number;
  readonly days: number;
  readonly accounts: number;
  readonly signalsPerDay: number;
}

const SETTLE_TIMEOUT_MS = 90_000;

const runAnswer = z.object({ run: z.object({ run_id: z.string() }) });
const replayAnswer = z.object({ steps: z.array(z.unknown()), is_equal: z.boolean() });

const isoOf = (instant: number): string => new Date(instant).toISOString();

async function settleDeliveries(clickhouse: ClickHouse, runId: string): Promise<void> {
  const isSettled = await waitUntil(
    async () => {
      const runs = (await readDeliveryRuns(clickhouse)).filter((run) => run.run_id === runId);
      return runs.length > 0 && runs.every((run) => run.pending === 0);
    },
    { timeoutMs: SETTLE_TIMEOUT_MS, everyMs: 200 },
  );
  if (!isSettled) throw tooLate('the outcome of every delivery of the run', SETTLE_TIMEOUT_MS);
}

/** The main job end to end, step by step; each step is something a user or a schedule would do. */
export async function runDemo(
  at: Surroundings,
  options: DemoOptions,
  progress: Progress,
  startedAt: number,
): Promise<Summary> {
  const now = Date.now();
  const { signalsPerDay, accounts, days, seed } = options;
  const lastNight = nightTick(now, 0);
  const company = createSimulation({ seed, days, accounts, signalsPerDay, endsAt: now, zone: ZONE });
  const past = createPast({ seed, zone: ZONE, lastNight, after: accounts });
  const collectorUrl = at.services.urls['collector'] ?? '';
  const clients = {
    website: createClient({ collectorUrl, writeKey: WRITE_KEYS.website }),
    product: createClient({ collectorUrl, writeKey: WRITE_KEYS.product }),
  };
  const clickhouse = createClickHouse({ url: at.stack.clickhouseUrl, database: 'millrace' });
  const millrace = (...args: string[]): Promise<unknown> => runMillrace(args, at.environment);
  const run = async (model: string, asOf: number): Promise<string> =>
    runAnswer.parse(await millrace('run', model, '--as-of', isoOf(asOf), '--wait')).run.run_id;
  const send = async (what: string, events: readonly SimulatedEvent[]): Promise<number> => {
    const bar = progress.count(what, events.length);
    const sent = await sendEvents(events, clients, bar.add);
    bar.done();
    return sent;
  };

  try {
    // Collect: a CRM's people and accounts, a team's own producer, and the SDKs of website and product.
    const directSignals = [...past.signals, ...company.directSignals, ...company.intentSignals];
    const direct = directSignals.length;
    await publishDirect(
      { kafkaBrokers: at.stack.kafkaBrokers.split(','), schemaRegistryUrl: at.stack.schemaRegistryUrl },
      {
        accounts: [...company.accounts, ...past.accounts],
        people: [...company.people, ...past.people],
        signals: directSignals,
      },
    );
    progress.say(
      `${company.accounts.length + past.accounts.length} accounts, ${company.people.length + past.people.length} people and ${direct.toLocaleString('en-US')} signals published straight to Kafka`,
    );
    const events = [...company.events];
    const early = await send(
      'signals through the Segment SDK',
      events.filter(({ fate }) => fate !== 'late'),
    );

    // Seal, score as of the night before, deliver: everybody is new to the destinations.
    await millrace('windows', 'seal', '--wait');
    progress.say('hours are sealed');
    await run('attribution', monthTick(lastNight));
    for (const weeks of [1, 0]) await run('account_health', weekTick(lastNight, weeks));
    progress.say('the month before is credited to channels, customers are judged by their last two weeks');
    const first = await run('lead_score', nightTick(now, 1));
    await settleDeliveries(clickhouse, first);
    progress.say('leads are scored as of the night before and delivered');

    // Late data revises its hours; the next night's run delivers what changed, while somebody asks for a demo.
    const late = await send(
      'signals that come late',
      events.filter(({ fate }) => fate === 'late'),
    );
    await millrace('windows', 'seal', '--wait');
    const second = await run('lead_score', lastNight);
    await run('account_score', lastNight);
    progress.say('late signals have revised their hours, leads and accounts are scored again');
    const person = company.people.find(({ email, do_not_sync: isSilent }) => email !== null && !isSilent);
    const urgent = await requestDemo({
      collectorUrl,
      crm: at.crm,
      lead: { userId: person?.person_id ?? '', email: person?.email ?? '', accountId: person?.account_id ?? null },
    });
    progress.say(`a demo request reached the CRM ${urgent.seconds.toFixed(3)} s after it was accepted`);
    await settleDeliveries(clickhouse, second);
    progress.say('changes are delivered');

    // Prove: rebuild everything from Kafka into an empty database and compare.
    const replay = replayAnswer.parse(await millrace('replay', '--from', '1', '--verify', '--source', 'kafka'));
    progress.say(`every step is rebuilt from the log: ${replay.is_equal ? 'equal' : 'DIFFERENT'}`);

    const moved: MovedLead[] = [];
    for (const { personId } of past.stories.moves) moved.push(movedLeadOf(await millrace('explain', personId)));

    return await measure(at, clickhouse, {
      sent: direct + early + late + 1,
      urgent: { what: urgent.what, to_whom: urgent.toWhom, seconds: urgent.seconds },
      replay: { steps: replay.steps.length, checksum: replay.is_equal ? 'equal' : 'different' },
      startedAt,
      stories: company.stories,
      past,
      moved,
    });
  } finally {
    await clickhouse.client.close();
  }
}
