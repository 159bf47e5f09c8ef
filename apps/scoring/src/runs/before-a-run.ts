import { ConfigError, MillraceError, UsageError } from '@millrace/platform-errors';

import type { ScoringConfig } from '../app.config';
import type { Connections } from '../connections/connections';
import type { FilesPublished } from '../settings/publish-files';
import type { Job, WaitOptions } from './engine';

const SEAL = '`npx millrace windows seal --wait`';

/** A command publishes files only when it is told to. */
export const filesOf = ({ hasNewSettings }: { readonly hasNewSettings?: boolean | undefined }): FilesPublished =>
  hasNewSettings === true ? 'always' : 'never';

/** Two terminals may read two folders: a file that the service would publish is published on purpose only. */
export function refuseUnpublished({ MODELS_AUTO_PUBLISH, MODELS_CONFIG_DIR }: ScoringConfig, job: Job): void {
  const changes = MODELS_AUTO_PUBLISH ? job.unpublished() : null;
  if (changes === null) return;
  throw new ConfigError(`The settings of ${job.name} here are not published: ${changes}`, {
    advice: 'Publish them on purpose: --new-settings; or point MODELS_CONFIG_DIR at the folder that scoring reads',
    details: { folder: MODELS_CONFIG_DIR, live: job.settings().hash },
  });
}

/** Scores from before any signal would be made of facts alone, and would say that nobody did anything. */
export function refuseBeforeData(
  { chain }: Pick<Connections, 'chain'>,
  typed: string,
  asOf: number,
  option = '--as-of',
): void {
  const windows = chain.entries().flatMap(({ value }) => (value.first_window === null ? [] : [value.first_window]));
  const first = windows.reduce((earliest, start) => Math.min(earliest, start), Infinity);
  if (first === Infinity || first < asOf) return;
  throw new UsageError(`${option}: there is no sealed signal before ${typed}`, {
    advice: `The first sealed window starts at ${new Date(first).toISOString()}: name a later day`,
  });
}

export interface WindowsWait extends Pick<WaitOptions, 'signal' | 'everyMs'> {
  /** 0: what is not sealed now is missing. */
  readonly waitMs: number;
  /** Whether the run may go on without them. */
  readonly isPartialAllowed: boolean;
  readonly onWait?: (missing: readonly string[]) => void;
}

/** Windows that the run goes on without. Throws SERVICE_NOT_READY naming them when it may not. */
export async function waitForWindows(
  job: Job,
  asOf: number,
  { waitMs, isPartialAllowed, onWait, signal, everyMs }: WindowsWait,
): Promise<readonly string[]> {
  const timeout = AbortSignal.timeout(waitMs + 1);
  const { isReady, missing } = await job.waitUntilReady(asOf, {
    until: Date.now() + waitMs,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    everyMs,
    onWait: (state) => onWait?.(state.missing),
  });
  if (isReady || isPartialAllowed) return missing;
  throw new MillraceError(`${job.name} needs windows that are not sealed: ${missing.join(', ')}`, {
    code: 'SERVICE_NOT_READY',
    actor: 'operator',
    isRetryable: true,
    advice: `Seal them now with ${SEAL}, wait until their grace is over with --wait, or run on what is sealed with --partial`,
    details: { missing },
  });
}
