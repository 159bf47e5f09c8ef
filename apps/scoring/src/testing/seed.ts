import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { MODELS, type Model } from '@millrace/catalog-models';
import { sealedTopic, type SealStep } from '@millrace/contract-window';
import { runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { decisionTopic, ensureTopics, silentLog } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

import { readScoringConfig, type ScoringConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { createConnections, type Connections } from '../connections/connections';

const WINDOWING_MIGRATIONS = join(__dirname, '../../../windowing/src/migrations');
const HOUR_MS = 3_600_000;

/** A sealed signal as a spec writes it; `at` is an instant. */
export interface SeedSignal {
  readonly at: string;
  readonly type: string;
  readonly id?: string;
  readonly topic?: string;
  readonly anonymous?: string;
  readonly user?: string;
  readonly email?: string;
  readonly account?: string;
  /** Registrable domain; left out: that of the e-mail. */
  readonly domain?: string;
  readonly path?: string;
  /** Its path is `path` unless that is given. */
  readonly url?: string;
  readonly referrer?: string;
  readonly bot?: true;
  readonly keyKind?: 'page' | 'server';
  readonly value?: number;
  readonly properties?: Readonly<Record<string, string>>;
}

export async function prepare(
  config: ScoringConfig,
  { kafka, clickhouse }: Connections,
  models: readonly Model[] = MODELS,
): Promise<void> {
  await runMigrations({ clickhouse, service: 'windowing', directory: WINDOWING_MIGRATIONS });
  await ensureTopics(kafka, [decisionTopic(sealedTopic(config.TOPIC_PREFIX).name, { replicationFactor: 1 })]);
  await deploy(config, models);
}

/** Topics and tables in a corner of the stack, and logs that are read. `more`: variables besides the addresses. */
export async function install(
  { environment }: Pick<Stack, 'environment'>,
  more: Readonly<Record<string, string>> = {},
  models: readonly Model[] = MODELS,
): Promise<Connections> {
  const config = readScoringConfig({
    ...environment,
    ENTITIES_WAIT_SECONDS: '0',
    MODELS_AUTO_PUBLISH: 'true',
    ...more,
  });
  const connections = createConnections(config, silentLog);
  await prepare(config, connections, models);
  await Promise.all([connections.chain.start(), connections.scores.start()]);
  return connections;
}

let offset = 0;

/** A person or an account of `direct` as a spec writes it; columns that it leaves out are unknown. */
type SeedEntity = Readonly<Record<string, unknown>> & { readonly updated_at: string };

const factOf = (idField: string, { [idField]: id, ...facts }: SeedEntity): object => {
  offset += 1;
  return { instance: 'direct', external_id: id, own_id: id, offset, appended_at: facts['updated_at'], ...facts };
};

/** People as if they had been landed. */
export const seedPeople = (clickhouse: ClickHouse, people: readonly SeedEntity[]): Promise<unknown> =>
  clickhouse.insertRows(
    'person_facts',
    people.map((person) => factOf('person_id', person)),
  );

/** Accounts as if they had been landed. */
export const seedAccounts = (clickhouse: ClickHouse, accounts: readonly SeedEntity[]): Promise<unknown> =>
  clickhouse.insertRows(
    'account_facts',
    accounts.map((account) => factOf('account_id', account)),
  );

/** Rows of one attempt at a step; nothing is visible before `appendStep` decides for the attempt. */
export async function insertAttempt(
  clickhouse: ClickHouse,
  step: number,
  signals: readonly SeedSignal[],
): Promise<string> {
  const attemptId = randomUUID();
  await clickhouse.insertRows(
    'signal_rows',
    signals.map((signal) => toRow(signal, step, attemptId)),
  );
  return attemptId;
}

/** Seals signals: an attempt, and its decision in the chain. */
export async function seal(
  { clickhouse, chain }: Connections,
  step: number,
  closedThrough: string,
  signals: readonly SeedSignal[],
  more: Partial<Pick<SealStep, 'reason' | 'rebuild' | 'first_window' | 'last_window'>> = {},
): Promise<SealStep> {
  const attemptId = await insertAttempt(clickhouse, step, signals);
  const value: SealStep = {
    step,
    closed_through: Date.parse(closedThrough),
    vector: [],
    attempt_id: attemptId,
    digest: 'seeded',
    totals: {
      sealed: signals.length,
      duplicates: 0,
      late: 0,
      quarantined: 0,
      skipped: 0,
      windows: 1,
      offsets: signals.length,
    },
    first_window: null,
    last_window: null,
    reason: 'on_time',
    window: { size_ms: HOUR_MS, grace_ms: 600_000 },
    settings_hash: 'seeded',
    code_version: 'seeded',
    incomplete: [],
    sealed_at: Date.parse(closedThrough),
    ...more,
  };
  const { won } = await chain.propose(String(step), value);
  if (!won) throw new Error(`step ${step} is decided already`);
  return value;
}

function toRow(signal: SeedSignal, step: number, attemptId: string): object {
  const occurredAt = Date.parse(signal.at);
  const email = signal.email ?? null;
  offset += 1;
  return {
    step,
    attempt_id: attemptId,
    window_start: iso(Math.floor(occurredAt / HOUR_MS) * HOUR_MS),
    topic: signal.topic ?? 'signals.website.v1',
    offset,
    appended_at: iso(occurredAt),
    signal_id: signal.id ?? `s${offset}`,
    type: signal.type,
    source: 'website',
    occurred_at: iso(occurredAt),
    received_at: iso(occurredAt),
    anonymous_id: signal.anonymous ?? null,
    user_id: signal.user ?? null,
    email,
    account_id: signal.account ?? null,
    url: signal.url ?? null,
    referrer: signal.referrer ?? null,
    value: signal.value ?? null,
    properties: signal.properties ?? {},
    email_normalized: email,
    email_domain: email?.split('@')[1] ?? null,
    company_domain: signal.domain ?? email?.split('@')[1] ?? null,
    is_bot: signal.bot ?? false,
    key_kind: signal.keyKind ?? null,
    url_path: signal.path ?? pathOf(signal.url),
  };
}

const pathOf = (url: string | undefined): string =>
  url !== undefined && URL.canParse(url) ? new URL(url).pathname : '';

const iso = (instant: number): string => new Date(instant).toISOString();
