import { closedBefore, parseWhen } from '@millrace/contract-window';
import { millraceVersion, MillraceError, RetryableError, UsageError } from '@millrace/platform-errors';

import { sealHeadOf } from '../chain/seal-head';
import type { Connections } from '../connections/connections';
import { waitForDeliveries } from '../deliveries/run-delivery';
import { pollUntil } from '../deliveries/poll-until';
import { readOperationId } from '../operations/operation';
import type { Operations } from '../operations/operations';
import { refuseBeforeData } from '../runs/before-a-run';
import type { Engine } from '../runs/engine';
import type { DecidedRun } from '../schedule/decision-index';
import { parseAsOf } from '../schedule/as-of';
import type { Handlers } from './mount-run-api';
import { openApiDocument } from './openapi';
import { operationInPublic, runInPublic } from './operation-in-public';

export interface RunHandlersDeps {
  readonly connections: Pick<Connections, 'config' | 'chain' | 'scores' | 'clickhouse'>;
  readonly engine: Engine;
  readonly operations: Operations;
  /** Whether the logs are read: before, nothing can be said. */
  readonly isReady: () => boolean;
  /** Ends what waits. */
  readonly signal: AbortSignal;
}

/** The steps behind each route. */
export function createRunHandlers({ connections, engine, operations, isReady, signal }: RunHandlersDeps): Handlers {
  const { config, chain, scores, clickhouse } = connections;
  const document = openApiDocument(millraceVersion());

  const assertReady = (): void => {
    if (isReady()) return;
    throw new RetryableError('scoring is starting', { code: 'SERVICE_NOT_READY', advice: 'Ask again in some seconds' });
  };
  const currentIdOf = (model: string): string | undefined => engine.decisions.newestRun(model, Infinity)?.run_id;

  /** What the log of runs knows: published by any replica, or by the command line. */
  const decidedRun = async (id: string): Promise<DecidedRun | undefined> => {
    const named = readOperationId(id);
    if (named === undefined) return undefined;
    await scores.refresh();
    const runs = engine.decisions.runsAt(named.job, named.asOf);
    return runs.find(({ run_id }) => run_id === id) ?? (isRunId(id) ? undefined : runs.at(-1));
  };
  const inPublic = (id: string): ReturnType<typeof operationInPublic> | undefined => {
    const operation = operations.find(id);
    return operation === undefined
      ? undefined
      : operationInPublic(operation, config.REPLICA_ID, currentIdOf(operation.job));
  };

  return {
    async startRun({ body }) {
      assertReady();
      const job = engine.job(body.job);
      const asOf = readAsOf(body.as_of, () =>
        parseAsOf(body.as_of, { ticker: job.ticker, zone: job.zone, now: Date.now() }),
      );
      refuseBeforeData(connections, body.as_of, asOf, 'as_of');
      const { operation, isNew } = operations.start({
        job: job.name,
        asOf,
        waitMs: body.timeout_seconds * 1000,
        isPartialAllowed: body.partial,
        deliver: body.deliver,
      });
      return {
        status: isNew ? 202 : 200,
        body: operationInPublic(operation, config.REPLICA_ID, currentIdOf(job.name)),
      };
    },

    async readRun({ params: { id }, query }) {
      assertReady();
      await operations.wait(id, query.wait_seconds * 1000);
      const known = inPublic(id);
      if (known !== undefined) return { status: 200, body: known };
      const run = await decidedRun(id);
      if (run === undefined) throw unknownRun(id);
      return { status: 200, body: runInPublic(run, currentIdOf(run.model)) };
    },

    async cancelRun({ params: { id } }) {
      assertReady();
      operations.cancel(id);
      const known = inPublic(id);
      if (known !== undefined) return { status: 200, body: known };
      const run = await decidedRun(id);
      if (run === undefined) throw unknownRun(id);
      return { status: 200, body: runInPublic(run, currentIdOf(run.model)) };
    },

    async readDelivery({ params: { id }, query }) {
      assertReady();
      const of = operations.find(id);
      const run = of?.outcome?.run ?? (of?.endedAt === null ? undefined : await decidedRun(id));
      if (run === undefined) throw unknownRun(id, of?.state);
      const delivery = await waitForDeliveries(clickhouse, run, {
        currentId: currentIdOf(run.model) ?? run.run_id,
        destinations: query.destinations
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== ''),
        waitMs: query.wait_seconds * 1000,
        signal,
      });
      return { status: 200, body: delivery };
    },

    async readWindows({ query }) {
      assertReady();
      const { as_of: typed, job: name } = query;
      const job = name === undefined ? undefined : engine.job(name);
      const asOf = readAsOf(typed, () =>
        job === undefined
          ? instantOf(typed, config.TIME_ZONE)
          : parseAsOf(typed, { ticker: job.ticker, zone: job.zone, now: Date.now() }),
      );
      const look = async (): Promise<{
        is_sealed: boolean;
        sealed_through: string | null;
        waits_for: readonly string[];
      }> => {
        await chain.refresh();
        const head = sealHeadOf(chain.head()?.value);
        const through =
          head === undefined
            ? null
            : closedBefore(head.closedThrough, { sizeMs: head.windowSizeMs, graceMs: head.graceMs });
        const sealed_through = through === null ? null : new Date(through).toISOString();
        if (job !== undefined) {
          const { isReady: is_sealed, missing } = job.readiness(asOf);
          return { is_sealed, sealed_through, waits_for: missing };
        }
        const is_sealed = through !== null && through >= asOf;
        const wait =
          sealed_through === null
            ? 'no window has been sealed yet'
            : `${sealed_through}/${new Date(asOf).toISOString()}`;
        return { is_sealed, sealed_through, waits_for: is_sealed ? [] : [wait] };
      };
      const found = await pollUntil(look, {
        isOver: ({ is_sealed }) => is_sealed,
        waitMs: query.wait_seconds * 1000,
        signal,
      });
      return { status: 200, body: { as_of: new Date(asOf).toISOString(), job: job?.name ?? null, ...found } };
    },

    readDocument: () => Promise.resolve({ status: 200, body: document }),
  };
}

const isRunId = (id: string): boolean => /Z-[0-9a-f]+$/.test(id);

/** Throws USAGE_INVALID for what is not an instant, and for one that no id could name. */
function readAsOf(typed: string, read: () => number): number {
  let asOf: number;
  try {
    asOf = read();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`as_of: ${error.message}`, { cause: error });
    throw error;
  }
  if (asOf % 1000 === 0) return asOf;
  throw new UsageError(`as_of: ${typed} has parts of a second`, { advice: 'Name a whole second' });
}

function instantOf(typed: string, zone: string): number {
  const when = parseWhen(typed, zone);
  if (when.kind === 'instant') return when.at;
  throw new RangeError(`${typed} is a day: name a job, whose tick is meant, or a time with its zone`);
}

const unknownRun = (id: string, state?: string): MillraceError =>
  new MillraceError(state === undefined ? `There is no run ${id}` : `${id} has no run yet: it is ${state}`, {
    code: 'RUN_UNKNOWN',
    actor: 'operator',
    advice:
      state === undefined
        ? 'What another replica works on is known there only, and ends with it: start the run again, which finds what exists'
        : 'Wait until it has ended, and look at its error',
  });
