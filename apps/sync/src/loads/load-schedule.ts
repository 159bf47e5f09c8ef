import { createTools, type Sink } from '@millrace/catalog-destinations';
import type { Account } from '@millrace/platform-http';
import { FailureWatch } from '@millrace/platform-observability';

import type { ConfiguredDestination } from '../destinations/load-destinations';
import { Loads, type LoadingDestination, type LoadsDeps } from './loads';

export interface LoadScheduleDeps extends Omit<LoadsDeps, 'destinations' | 'now'> {
  readonly destinations: readonly { readonly configured: ConfiguredDestination; readonly account: Account }[];
  readonly sink: Sink;
  /** How often is looked for what is due. */
  readonly everyMs: number;
}

/** Runs the loads of all destinations for as long as the process works. */
export class LoadSchedule {
  readonly #deps: LoadScheduleDeps;
  readonly #loads: Loads;
  readonly #stopping = new AbortController();
  readonly #looking = new FailureWatch('looking which views are to be loaded');
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: LoadScheduleDeps) {
    this.#deps = deps;
    const destinations = deps.destinations.flatMap((one) => this.#loading(one));
    this.#loads = new Loads({ ...deps, destinations, now: Date.now });
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), this.#deps.everyMs);
  }

  /** Throws when it has not known for longer than a minute what is due. */
  check(): void {
    this.#looking.check();
  }

  /** A part that is under way is taken back. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#loads.idle();
  }

  #look(): void {
    this.#looking
      .watch(() => this.#loads.tick())
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error }, 'looking which views are to be loaded failed, will retry'),
      );
  }

  #loading({ configured, account }: LoadScheduleDeps['destinations'][number]): readonly LoadingDestination[] {
    const { entry, destination, settings, redact } = configured;
    if (destination.load === undefined || entry.loads.length === 0) return [];
    const tools = createTools({ account, sink: this.#deps.sink, now: Date.now, signal: this.#stopping.signal });
    return [{ name: entry.name, entries: entry.loads, load: destination.load, settings, redact, tools }];
  }
}
