import { randomBytes } from 'node:crypto';

import { sealedTopic } from '@millrace/contract-window';
import { runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError } from '@millrace/platform-errors';

import type { Connections } from '../connections/connections';
import { MIGRATIONS } from '../deployment';
import { createChain } from '../sealing/decide/chain';
import type { ChainLink } from '../sealing/decide/chain-state';
import { mirrorStep } from '../sealing/decide/mirror';
import { readFoldNotes } from '../sealing/fold/fold-steps';
import { GENESIS } from '../sealing/propose/facts';
import { createReland } from '../reland/create-reland';
import { mirrorVerdicts } from '../sealing/verdicts/quarantined-runs';
import { landVectors } from './land-vectors';
import { archiveSettingsOf } from '../retention/retention-settings';
import { RawArchive } from '../retention/archive/raw-archive';
import { readDrops } from '../retention/read-drops';
import { addArchived } from './add-archived';
import { checkInto } from './check-into';
import { archivesOf, explainDrops } from './explain-drops';
import { explainLog } from './explain-log';
import { landByRecord } from './land-by-record';
import { stretchesOfRules } from './stretches-of-rules';
import { replaySteps, type ReplayedStep, type ReplayState } from './replay-steps';

export interface ReplayRequest {
  /** First and last step. */
  readonly from: number;
  readonly to: number;
  /** `raw`: from landed records. `kafka`: from the log, into an empty database; always from step 1. */
  readonly source: 'raw' | 'kafka';
  /** Keep the rebuilt chain in this database instead of a scratch one. Only with source kafka. */
  readonly into?: string | undefined;
  readonly onStep?: (step: ReplayedStep) => void;
}

export interface ReplayReport {
  readonly source: 'raw' | 'kafka';
  readonly database: string;
  /** Whether every step that could be verified is equal; see `verified` for how many those are. */
  readonly is_equal: boolean;
  readonly verified: number;
  /** Steps made of what is no longer kept. */
  readonly not_kept: number;
  readonly steps: readonly ReplayedStep[];
}

/** Rebuilds recorded steps in a scratch database and compares their digests with those in the log. */
export async function replay(connections: Connections, request: ReplayRequest): Promise<ReplayReport> {
  const { config } = connections;
  if (request.into !== undefined) await checkInto(connections.clickhouse, request.into, request.source);
  const links = await readChain(connections);
  const last = links.at(-1)?.step.step ?? 0;
  if (request.from < 1 || request.from > request.to || request.to > last) {
    throw new MillraceError(`There are no steps ${request.from} to ${request.to}`, {
      code: 'STEP_UNKNOWN',
      actor: 'operator',
      advice: last === 0 ? 'Nothing is sealed yet' : `The chain has steps 1 to ${last}`,
    });
  }
  const database = request.into ?? `${config.CLICKHOUSE_DATABASE}_replay_${randomBytes(4).toString('hex')}`;
  const clickhouse = connections.clickhouse.onDatabase(database);
  try {
    await runMigrations({ clickhouse, service: 'windowing', directory: MIGRATIONS });
    const steps =
      request.source === 'kafka'
        ? await replayFromKafka(connections, clickhouse, links, request)
        : await replayFromRaw(connections, clickhouse, links, request);
    return { source: request.source, database, ...summarise(steps), steps };
  } finally {
    if (request.into === undefined)
      await clickhouse.command('drop database if exists {database: Identifier}', { database });
    await clickhouse.close();
  }
}

function summarise(steps: readonly ReplayedStep[]): Pick<ReplayReport, 'is_equal' | 'verified' | 'not_kept'> {
  const count = (state: ReplayState): number => steps.filter((step) => step.state === state).length;
  return {
    is_equal: count('differs') + count('missing') === 0,
    verified: count('equal') + count('differs'),
    not_kept: count('not_kept'),
  };
}

/** Each step on top of the recorded ones, from landed records: those in the tables, and archived ones beside them where those are gone. */
async function replayFromRaw(
  connections: Connections,
  clickhouse: ClickHouse,
  links: readonly ChainLink[],
  request: ReplayRequest,
): Promise<ReplayedStep[]> {
  const service = connections.config.CLICKHOUSE_DATABASE;
  const archive = archiveSettingsOf(connections.config);
  const drops = await readDrops(connections.clickhouse, service);
  const names = archive === undefined ? [] : archivesOf(links, drops.raw, request);
  if (archive !== undefined && names.length > 0) {
    await addArchived(clickhouse, service, new RawArchive(clickhouse, archive), names);
  }
  return replaySteps({
    clickhouse,
    databases: {
      raw: names.length > 0 ? clickhouse.config.database : service,
      sealed: service,
      target: clickhouse.config.database,
    },
    links,
    base: GENESIS,
    explain: (rebuilt) => explainDrops(rebuilt, drops, archive !== undefined),
    foldedThrough: (await readFoldNotes(connections.clickhouse, service)).folded_through,
    ...request,
  });
}

/** Everything anew: records from offset 0, then each step on top of the rebuilt ones before it. */
async function replayFromKafka(
  connections: Connections,
  clickhouse: ClickHouse,
  links: readonly ChainLink[],
  request: ReplayRequest,
): Promise<ReplayedStep[]> {
  const database = clickhouse.config.database;
  const replayed = links.slice(0, request.to).map(({ step }) => step);
  const config = landByRecord(connections.config, replayed);
  for (const { rulesVersion, from, to } of stretchesOfRules(replayed)) {
    await landVectors(from, to, createReland(config, { ...connections, clickhouse }, rulesVersion));
  }
  return replaySteps({
    clickhouse,
    databases: { raw: database, sealed: database, target: database },
    links,
    base: GENESIS,
    // The rebuilt database holds one attempt a step.
    foldedThrough: request.to,
    from: 1,
    to: request.to,
    explain: explainLog,
    beforeStep: (step) => mirrorVerdicts(clickhouse, database, step),
    onStep: async (step) => {
      request.onStep?.(step);
      if (step.is_equal) await mirrorStep(clickhouse, database, links[step.step - 1] as ChainLink);
    },
  });
}

async function readChain({ config, kafka, log }: Connections): Promise<readonly ChainLink[]> {
  const chain = createChain({
    kafka,
    topic: sealedTopic(config.TOPIC_PREFIX).name,
    tail: { base: GENESIS, links: [] },
    timeoutMs: 60_000,
    log,
  });
  try {
    await chain.start();
    return chain.above(0);
  } finally {
    await chain.stop();
  }
}
