import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Past, Story } from '@millrace/simulation';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { instant } from '@millrace/platform-commands';
import { parse } from 'yaml';
import { z } from 'zod';

import { cpuSeconds } from './cpu-time';
import { creditOf } from './credit';
import { findPast } from './find-past';
import { findStories } from './find-stories';
import type { MovedLead } from './moved-lead';
import { deliveryLagHours, playedLateHours } from './night';
import type { NightMoments } from './night';
import {
  readContributions,
  readDeliveryRuns,
  readGrades,
  readNightFigures,
  readOutcomes,
  readSignalCounts,
  readCommittees,
  readFindings,
  readStages,
  readSurging,
  readTopLeads,
  readWindowCounts,
} from './queries';
import type { Contribution, DeliveryRun } from './queries';
import { readAtRisk, readChannelCredit, readCreditSums, readHealth } from './read-past';
import type { Summary } from './summary';
import type { Surroundings } from './surroundings';
import { computeTargets } from './targets';
import type { Measured } from './targets';

const LEADS_SHOWN = 2;
const CONTRIBUTIONS_SHOWN = 4;
const ACCOUNTS_SHOWN = 3;

const prices = z.object({
  as_of: z.union([z.string(), z.date().transform((date) => date.toISOString().slice(0, 10))]),
  cpu_hour: z.number(),
  storage_gigabyte_month: z.number(),
  storage_months: z.number(),
  kafka_gigabyte: z.number(),
  api_call: z.number(),
});

/** What only the run itself knows. */
export interface RunFacts {
  readonly sent: number;
  readonly urgent: Summary['urgent'];
  readonly replay: Summary['windows']['replay'];
  readonly startedAt: number;
  /** What happened in the simulated company, and must be found. */
  readonly stories: readonly Story[];
  readonly past: Past;
  /** Leads of the past whose score moved, as `explain` says. */
  readonly moved: readonly MovedLead[];
}

function sayContribution({ component, signal_class: signalClass, day, count, age_days: age }: Contribution): string {
  if (day === null) return `${component}: ${signalClass.replaceAll('_', ' ')}`;
  return `${signalClass.replaceAll('_', ' ')} ${count}x on ${day}, ${age} days before`;
}

/** Bytes below a folder whose path holds `part`. */
function bytesOf(folder: string, part: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && `${entry.parentPath}/`.includes(part) && entry.name.endsWith('.log'))
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** The newest plan of each destination; how many records a call takes is seen from all of its plans. */
function planOf(runs: readonly DeliveryRun[], signals: number): Summary['plan'] {
  const newest = new Map(runs.map((run) => [`${run.destination} ${run.object}`, run]));
  return [...newest].map(([destination, run]) => {
    const all = run.to_send + Object.values(run.suppressed).reduce((a, b) => a + b, 0);
    const sizes = runs
      .filter((other) => other.destination === run.destination && other.calls > 0)
      .map((other) => other.to_send / other.calls);
    return {
      destination,
      to_send: run.to_send,
      suppressed: Object.fromEntries(Object.entries(run.suppressed).filter(([, count]) => count > 0)),
      calls: run.calls,
      calls_all_nightly: Math.ceil(all / Math.max(1, ...sizes)),
      calls_one_per_signal: signals,
      predicted_finish: instant(run.predicted_finish_ms),
      deadline: instant(run.deadline_ms),
    };
  });
}

/** Reads every figure of the screen from where it was measured. */
export async function measure(at: Surroundings, clickhouse: ClickHouse, facts: RunFacts): Promise<Summary> {
  const counts = await readSignalCounts(clickhouse);
  const { quarantined } = counts;
  const refused = Object.values(quarantined).reduce((a, b) => a + b, 0);
  const runs = await readDeliveryRuns(clickhouse);
  const outcomes = await readOutcomes(clickhouse);
  const figures = await readNightFigures(clickhouse);
  const night: NightMoments = {
    asOf: figures.run_as_of_ms,
    startedAt: figures.run_started_ms,
    deliveryLagSeconds: figures.delivery_lag_seconds,
  };
  const pids = [...Object.values(at.stack.pids()), ...Object.values(at.services.pids())];
  const measured: Measured = {
    durationSeconds: figures.duration_seconds,
    sealed: figures.sealed_signals,
    errorRatio: figures.error_ratio,
    throughputPerMinute: figures.throughput_per_minute,
    deliveryLagHours: deliveryLagHours(night),
    playedLateHours: playedLateHours(night),
    medianAgeHours: figures.median_age_seconds === null ? null : figures.median_age_seconds / 3600,
    successRatio: figures.delivery_success_ratio,
    cpuSeconds: cpuSeconds(pids),
    storedBytes: figures.stored_bytes,
    kafkaBytes: bytesOf(join(at.stack.dataDirectory, 'kafka'), '/signals.'),
    calls: at.crm.requests(),
  };
  const pricesFile = join(__dirname, '../../../config/prices.yaml');
  const leads = await readTopLeads(clickhouse, LEADS_SHOWN);
  const why = await Promise.all(
    leads.map(async (lead) => ({
      lead: lead.email || lead.entity_id,
      before: lead.previous_score,
      after: lead.score,
      reasons: lead.score_reasons,
      contributions: (await readContributions(clickhouse, lead, CONTRIBUTIONS_SHOWN)).map((row) => ({
        points: row.points,
        text: sayContribution(row),
      })),
    })),
  );
  const { month, stories } = facts.past;
  const channels = await readChannelCredit(clickhouse, month);
  const sums = await readCreditSums(clickhouse, month);
  const health = await readHealth(clickhouse);
  const grades = await readGrades(clickhouse);
  const everything = counts.sealed + counts.duplicate + refused + counts.open;
  const planned = runs.reduce((sum, run) => sum + run.to_send, 0);
  const settled = runs.reduce((sum, run) => sum + run.accepted + run.rejected + run.spent, 0);
  const best = leads[0];
  return {
    signals: {
      sent: facts.sent,
      sealed: counts.sealed,
      duplicate: counts.duplicate,
      quarantined,
      open: counts.open,
      conservation: everything === facts.sent ? 'OK' : 'BROKEN',
    },
    windows: { ...(await readWindowCounts(clickhouse)), replay: facts.replay },
    scores: {
      leads: grades.reduce((sum, { leads: count }) => sum + count, 0),
      by_grade: Object.fromEntries(grades.map(({ grade, leads: count }) => [grade, count])),
      by_stage: await readStages(clickhouse),
    },
    why,
    accounts: {
      surging: await readSurging(clickhouse, ACCOUNTS_SHOWN),
      committees: await readCommittees(clickhouse, ACCOUNTS_SHOWN),
    },
    at_risk: await readAtRisk(clickhouse, ACCOUNTS_SHOWN),
    credit: creditOf(month, channels, sums),
    moved: facts.moved,
    stories: [
      ...findStories(facts.stories, await readFindings(clickhouse)),
      ...findPast(stories, { health, channels, sums, moved: facts.moved }),
    ],
    night: { tick_at: instant(night.asOf), played_late_hours: playedLateHours(night) },
    plan: planOf(runs, counts.sealed),
    delivered: {
      accepted: outcomes.accepted,
      retried: outcomes.retried,
      rejected: outcomes.rejected,
      lost: planned - settled,
      twice: at.crm.twice(),
    },
    urgent: facts.urgent,
    targets: computeTargets(measured, prices.parse(parse(readFileSync(pricesFile, 'utf8')))),
    next: [
      `npx millrace explain ${best?.entity_id ?? '<person>'}`,
      'npx millrace windows list',
      `curl '${at.stack.clickhouseUrl}/?database=millrace' --data-binary 'select type, count() from signals group by type order by 2 desc'`,
    ],
    took_seconds: (Date.now() - facts.startedAt) / 1000,
  };
}
