import { describeInPublic } from '@millrace/platform-errors';
import { Injectable } from '@nestjs/common';

/** Resolves when all is well; throws with the reason when not. */
export type HealthCheck = () => void | Promise<void>;

/** What an operator should know although the service works; null when there is nothing to say. */
export type HealthNote = () => string | null | Promise<string | null>;

export interface CheckReport {
  readonly status: 'ok' | 'failed';
  /** In words that may be told: no addresses, no SQL (`describeInPublic`). */
  readonly reason?: string;
  readonly took_ms: number;
}

export interface HealthReport {
  readonly status: 'ok' | 'failed' | 'starting' | 'stopping';
  readonly checks: Readonly<Record<string, CheckReport>>;
  /** Said beside an `ok`, too: something waits for somebody, and the replica goes on working. */
  readonly notes?: Readonly<Record<string, string>>;
}

interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 2_000;

/** Named checks of a service. Not ready means: send no work here now. Not live means: restart this process. */
@Injectable()
export class HealthRegistry {
  private readonly readiness = new Map<string, RegisteredCheck>();
  private readonly liveness = new Map<string, RegisteredCheck>();
  private readonly notes = new Map<string, HealthNote>();
  private readonly awaited = new Map<string, CheckReport>();
  private phase: 'starting' | 'running' | 'stopping' = 'starting';

  /** A check of something the service needs: a broker, a database, a landed position that keeps up. */
  addReadiness(name: string, check: HealthCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    this.readiness.set(name, { check, timeoutMs });
  }

  /** A note in the readiness report. It never changes the status; what it throws is left out, a check says it. */
  addNote(name: string, note: HealthNote): void {
    this.notes.set(name, note);
  }

  /** A check of the process itself (a loop that must turn). Never of a dependency: restarting would not mend it. */
  addLiveness(name: string, check: HealthCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    this.liveness.set(name, { check, timeoutMs });
  }

  /** The start waits for a part, and why; said until the start is over, instead of a check of the same name. */
  markAwaited(part: string, because: unknown): void {
    this.awaited.set(part, { status: 'failed', reason: describeInPublic(because), took_ms: 0 });
  }

  /** The start need not wait for the part any longer. */
  markFound(part: string): void {
    this.awaited.set(part, { status: 'ok', took_ms: 0 });
  }

  markRunning(): void {
    if (this.phase === 'starting') this.phase = 'running';
  }

  markStopping(): void {
    this.phase = 'stopping';
  }

  async reportReadiness(): Promise<HealthReport> {
    const awaited = this.phase === 'starting' ? this.awaited : new Map<string, CheckReport>();
    const asked = new Map([...this.readiness].filter(([name]) => !awaited.has(name)));
    const [found, notes] = await Promise.all([runAll(asked), takeNotes(this.notes)]);
    const checks = { ...Object.fromEntries(awaited), ...found };
    const status = this.phase === 'running' ? statusOf(checks) : this.phase;
    return Object.keys(notes).length === 0 ? { status, checks } : { status, checks, notes };
  }

  async reportLiveness(): Promise<HealthReport> {
    const checks = await runAll(this.liveness);
    return { status: statusOf(checks), checks };
  }
}

function statusOf(checks: Readonly<Record<string, CheckReport>>): 'ok' | 'failed' {
  return Object.values(checks).every((check) => check.status === 'ok') ? 'ok' : 'failed';
}

async function runAll(checks: ReadonlyMap<string, RegisteredCheck>): Promise<Record<string, CheckReport>> {
  const reports = await Promise.all(
    [...checks].map(async ([name, registered]) => [name, await runOne(registered)] as const),
  );
  return Object.fromEntries(reports);
}

async function runOne({ check, timeoutMs }: RegisteredCheck): Promise<CheckReport> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    await within(timeoutMs, check);
    return { status: 'ok', took_ms: took() };
  } catch (error) {
    return { status: 'failed', reason: describeInPublic(error), took_ms: took() };
  }
}

async function takeNotes(notes: ReadonlyMap<string, HealthNote>): Promise<Record<string, string>> {
  const taken: Record<string, string> = {};
  await Promise.all(
    [...notes].map(async ([name, note]) => {
      const text = await within(DEFAULT_TIMEOUT_MS, note).catch(() => null);
      if (text !== null) taken[name] = text;
    }),
  );
  return taken;
}

async function within<Result>(timeoutMs: number, ask: () => Result | Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(ask), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
