import type { Cursor, Page, PollStream, SourceTools } from '@millrace/catalog-sources';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { StreamSchedule } from '../instances/instances-file';
import type { CursorRecord, StreamName } from './cursor-record';
import { failureWaitMs, nextPassAt, REFUSED_WAIT_MS, throttleWaitMs } from './schedule';

/** What became of a page, for those who count. */
export type PageOutcome = Page['kind'];

export interface StreamDeps {
  readonly name: StreamName;
  readonly stream: PollStream<unknown>;
  readonly settings: unknown;
  readonly schedule: StreamSchedule | undefined;
  /** For one page; its calls end with the signal. */
  readonly toolsUntil: (over: AbortSignal) => SourceTools;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly replica: string;
  /** Longer a page is not waited for. */
  readonly pageTimeoutMs: number;
  /** Takes secrets out of what the other side said. */
  readonly redact: (text: string) => string;
  /** Maps and appends; resolves once all of it is on all in-sync replicas. */
  readonly append: (records: readonly unknown[]) => Promise<void>;
  readonly write: (record: CursorRecord) => Promise<void>;
  readonly onPage: (outcome: PageOutcome, records: number) => void;
  readonly onPassed: (at: number) => void;
  /** Ends early, without an error, when the signal is raised. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly log: KafkaLog;
}

/** A wait may be cut by a changed clock: look again after so long. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Reads a stream page by page, for as long as the signal lets it: page → append → cursor, in that order, so that what dies in between
 * repeats and loses nothing. `from`: the newest record of its cursor; undefined: it begins where the stream does.
 */
export async function runStream(deps: StreamDeps, from: CursorRecord | undefined, signal: AbortSignal): Promise<void> {
  const { name, stream, settings, now, log, sleep } = deps;
  let cursor = from?.cursor ?? stream.first(now(), settings);
  let passedAt = from?.passed_at ?? null;
  let records = from?.records ?? 0;
  let failures = 0;
  let said = '';

  const wait = async (ms: number): Promise<void> => {
    const until = now() + ms;
    for (let left = ms; left > 0 && !signal.aborted; left = until - now()) {
      await sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
    }
  };
  /** An operator is told once of what stays as it is. */
  const say = (level: 'warn' | 'error', detail: string, waitMs: number): void => {
    const words = deps.redact(detail);
    if (words !== said) log[level]({ ...name, waitMs }, `${name.instance}/${name.stream}: ${words}`);
    said = words;
  };

  while (!signal.aborted) {
    await wait(nextPassAt(deps.schedule, stream, passedAt) - now());
    let isLast = false;
    while (!isLast && !signal.aborted) {
      const page = await takePage(deps, cursor, signal);
      if (signal.aborted) return;
      let waitMs = 0;
      if (page.kind === 'page') {
        try {
          if (page.records.length > 0) await deps.append(page.records);
          // Whoever has the stream now may be further, or somewhere else by a command.
          if (signal.aborted) return;
          const writtenAt = now();
          const next: CursorRecord = {
            v: 1,
            cursor: page.next,
            passed_at: page.isLast ? writtenAt : passedAt,
            written_at: writtenAt,
            records: records + page.records.length,
            replica: deps.replica,
          };
          await deps.write(next);
          ({ isLast } = page);
          ({ cursor, passed_at: passedAt, records } = next);
          failures = 0;
          said = '';
          deps.onPage('page', page.records.length);
          if (isLast) deps.onPassed(writtenAt);
          continue;
        } catch (error) {
          failures += 1;
          waitMs = failureWaitMs(failures, deps.random());
          say('warn', `what was read cannot be appended: ${(error as Error).message}`, waitMs);
        }
      } else if (page.kind === 'throttled') {
        waitMs = throttleWaitMs(page.waitMs);
      } else if (page.kind === 'refused') {
        waitMs = REFUSED_WAIT_MS;
        say('error', `refused, somebody must act: ${page.detail}`, waitMs);
      } else {
        failures += 1;
        waitMs = failureWaitMs(failures, deps.random());
        say('warn', page.detail, waitMs);
      }
      deps.onPage(page.kind === 'page' ? 'failed' : page.kind, 0);
      await wait(waitMs);
    }
  }
}

/** A page, whatever the source's function does. */
async function takePage(deps: StreamDeps, cursor: Cursor, signal: AbortSignal): Promise<Page> {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), deps.pageTimeoutMs);
  const over = AbortSignal.any([signal, ended.signal]);
  const gaveUp = new Promise<Page>((resolve) => {
    const detail = `no page within ${Math.round(deps.pageTimeoutMs / 1_000)} s`;
    over.addEventListener('abort', () => resolve({ kind: 'failed', detail }), { once: true });
  });
  try {
    const page = await Promise.race([deps.stream.page(cursor, deps.settings, deps.toolsUntil(over)), gaveUp]);
    const isStuck =
      page.kind === 'page' &&
      !page.isLast &&
      page.records.length === 0 &&
      JSON.stringify(page.next) === JSON.stringify(cursor);
    return isStuck ? { kind: 'failed', detail: 'the cursor does not move though more is said to be there' } : page;
  } catch (error) {
    return { kind: 'failed', detail: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}
