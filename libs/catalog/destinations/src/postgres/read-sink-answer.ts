import type { Reading } from '../destination';
import type { SinkAnswer } from '../sink';

type Refused = Extract<SinkAnswer<never>, { kind: 'refused' }>;
type NotDone = Exclude<Reading, { kind: 'records' | 'started' }>;

/** Without a Retry-After: connections are given back about as fast as batches are written. */
const TOO_MANY_CONNECTIONS_MS = 5_000;

/** By SQLSTATE or its class: PostgreSQL manual, appendix A "Error Codes". */
const PAUSED = new Set([
  /** Who we are, which database, which schema, what may be done. */
  ...['28', '3D', '3F', '0P', '42', '0A'],
  /** A server that takes no writes, such as a standby. */
  '25006',
]);
const REJECTED = new Set([
  /** Values, constraints, two rows for one, the check of a view, limits of a row, a trigger's own words. */
  ...['22', '23', '21', '44', '54', 'P0'],
]);

/** What the answer of a database says; `read` reads what a committed transaction came to. */
export function readSinkAnswer<Result, Read>(
  answer: SinkAnswer<Result>,
  read: (result: Result) => Read,
): Read | NotDone {
  switch (answer.kind) {
    case 'done':
      return read(answer.result);
    case 'refused':
      return readRefused(answer);
    case 'failure':
      if (answer.isForbidden) return { kind: 'paused', detail: answer.detail };
      return { kind: answer.wasSent ? 'unknown' : 'unreachable', detail: answer.detail };
  }
}

/** What is not named here passes: connections that end, shutdowns, timeouts, deadlocks, full disks. */
function readRefused({ code, detail, column }: Refused): NotDone {
  const isIn = (set: ReadonlySet<string>): boolean => set.has(code) || set.has(code.slice(0, 2));
  if (code === '53300') return { kind: 'throttled', waitMs: TOO_MANY_CONNECTIONS_MS, detail };
  if (isIn(PAUSED)) return { kind: 'paused', detail };
  if (isIn(REJECTED)) return { kind: 'batch_rejected', detail, ...(column === undefined ? {} : { field: column }) };
  return { kind: 'retryable', detail };
}
