import { describeError } from '@millrace/platform-errors';
import { Injectable } from '@nestjs/common';

/** Resolves when all is well; throws with the reason when not. */
export type HealthCheck = () => void | Promise<void>;

export interface CheckReport {
  readonly status: 'ok' | 'failed';
  readonly reason?: string;
  readonly took_ms: number;
}

export interface HealthReport {
  readonly status: 'ok' | 'failed' | 'starting' | 'stopping';
  readonly checks: Readonly<Record<string, CheckReport>>;
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
  private phase: 'starting' | 'running' | 'stopping' = 'starting';

  /** A check of something the service needs: a broker, a database, a landed position that keeps up. */
  addReadiness(name: string, check: HealthCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    this.readiness.set(name, { check, timeoutMs });
  }

  /** A check of the process itself (a loop that must turn). Never of a dependency: restarting would not mend it. */
  addLiveness(name: string, check: HealthCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    this.liveness.set(name, { check, timeoutMs });
  }

  markRunning(): void {
    if (this.phase === 'starting') this.phase = 'running';
  }

  markStopping(): void {
    this.phase = 'stopping';
  }

  async reportReadiness(): Promise<HealthReport> {
    const checks = await runAll(this.readiness);
    if (this.phase !== 'running') return { status: this.phase, checks };
    return { status: statusOf(checks), checks };
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
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    await Promise.race([Promise.resolve().then(check), timeout]);
    return { status: 'ok', took_ms: took() };
  } catch (error) {
    return { status: 'failed', reason: describeError(error), took_ms: took() };
  } finally {
    clearTimeout(timer);
  }
}
