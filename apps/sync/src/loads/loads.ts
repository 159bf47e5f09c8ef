import type { Load, Tools } from '@millrace/catalog-destinations';
import { LOADABLE_VIEWS } from '@millrace/catalog-models/published';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { Redact } from '@millrace/platform-config';
import { describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';

import { tableOf, type LoadEntry } from './load-entry';
import { LoadRecords, type LoadName } from './load-records';
import { newestTick } from './newest-tick';
import { runLoad, type LoadResult } from './run-load';

/** A destination that holds rows of views. */
export interface LoadingDestination {
  readonly name: string;
  readonly entries: readonly LoadEntry[];
  readonly load: Load<unknown>;
  readonly settings: unknown;
  readonly redact: Redact;
  readonly tools: Tools;
}

export interface LoadsDeps {
  readonly destinations: readonly LoadingDestination[];
  readonly clickhouse: ClickHouse;
  /** Of a cron that names none. */
  readonly zone: string;
  readonly replica: string;
  readonly now: () => number;
  readonly log: KafkaLog;
}

/**
 * Loads each table once at each tick of its cron; what a process missed while it was away is one load when it is back. Replicas
 * need no leader: a part is replaced by who has its lock, and who comes second finds it done.
 */
export class Loads {
  readonly #deps: LoadsDeps;
  readonly #records: LoadRecords;
  /** By table the tick that needs no look any more. */
  readonly #done = new Map<string, number>();
  readonly #failing = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(deps: LoadsDeps) {
    this.#deps = deps;
    this.#records = new LoadRecords(deps.clickhouse);
  }

  /** Loads what is due. May be called at any time: what is under way is not begun again. */
  tick(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Resolves when nothing is under way; raise the signal of the tools first. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  /** One destination does not wait for another. Rejects with the first failure to look what is due. */
  async #run(): Promise<void> {
    const ends = await Promise.allSettled(this.#deps.destinations.map((one) => this.#runDestination(one)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #runDestination(destination: LoadingDestination): Promise<void> {
    for (const entry of destination.entries) {
      if (destination.tools.signal.aborted) return;
      await this.#runDue(destination, entry);
    }
  }

  async #runDue(destination: LoadingDestination, entry: LoadEntry): Promise<void> {
    const { zone, replica, now, log } = this.#deps;
    const tick = newestTick(entry.cron, entry.zone ?? zone, now());
    const name = { destination: destination.name, view: entry.view, table: tableOf(entry) };
    const key = `${name.destination} ${name.table}`;
    if (tick === null || (this.#done.get(key) ?? 0) >= tick) return;
    if ((await this.#records.newestTick(name)) < tick) {
      const startedAt = now();
      const result = await this.#load(destination, name);
      // Not an end: whoever is next begins where this stopped.
      if (destination.tools.signal.aborted) return;
      this.#say(name, result);
      await this.#records
        .add({ ...name, ...result, tick, replica, startedAt, finishedAt: now() })
        .catch((error: unknown) => log.warn({ err: error, ...name }, 'a load could not be written down'));
    }
    this.#done.set(key, tick);
  }

  async #load({ load, settings, tools, redact }: LoadingDestination, name: LoadName): Promise<LoadResult> {
    const loadable = LOADABLE_VIEWS[name.view];
    if (loadable === undefined) return failed(`${name.view} cannot be loaded`);
    try {
      const result = await runLoad({ clickhouse: this.#deps.clickhouse, load, settings, tools }, name, loadable);
      return { ...result, problem: result.problem === null ? null : redact(result.problem) };
    } catch (error) {
      return failed(redact(describeError(error)));
    }
  }

  /** A failure is told once, until a load ends well again. */
  #say(name: LoadName, { problem, ...counts }: LoadResult): void {
    const { log } = this.#deps;
    const key = `${name.destination} ${name.table}`;
    const facts = { ...name, ...counts };
    if (problem === null) {
      const again = this.#failing.delete(key) ? ' again' : '';
      log.info(facts, `${name.view} is loaded into ${name.destination}${again}`);
      return;
    }
    const words = `${name.view} is not loaded into ${name.destination}, it is tried again at the next tick: ${problem}`;
    if (this.#failing.has(key)) log.debug(facts, words);
    else log.warn(facts, words);
    this.#failing.add(key);
  }
}

const failed = (problem: string): LoadResult => ({ replaced: 0, removed: 0, rows: 0, problem });
