import type { Credit } from './credit';
import type { MovedLead } from './moved-lead';
import type { Committee, Surging } from './queries';
import type { AtRisk } from './read-past';

/** Everything that the demo measured; `--json` prints it as it is, the screen is drawn from it. Parts not built are absent, never faked. */
export interface Summary {
  readonly signals: {
    /** What clients were answered 2xx for, plus what a team published itself. */
    readonly sent: number;
    readonly sealed: number;
    readonly duplicate: number;
    readonly quarantined: Readonly<Record<string, number>>;
    /** Landed, in windows that are not closed yet. */
    readonly open: number;
    readonly conservation: 'OK' | 'BROKEN';
  };
  readonly windows: {
    readonly hours_sealed: number;
    readonly hours_revised: number;
    readonly late_signals: number;
    readonly replay: { readonly steps: number; readonly checksum: 'equal' | 'different' };
  };
  readonly scores: {
    readonly leads: number;
    readonly by_grade: Readonly<Record<string, number>>;
    readonly by_stage: readonly { readonly stage: string; readonly leads: number; readonly change: number }[];
  };
  readonly why: readonly {
    readonly lead: string;
    readonly before: number | null;
    readonly after: number;
    readonly reasons: readonly string[];
    readonly contributions: readonly { readonly points: number; readonly text: string }[];
  }[];
  /** As of the night that was played last, the strongest first. */
  readonly accounts: { readonly surging: readonly Surging[]; readonly committees: readonly Committee[] };
  /** By the newest whole week, what is worth most first. */
  readonly at_risk: readonly AtRisk[];
  /** Of the newest whole month. */
  readonly credit: Credit;
  /** Between the last two nights. */
  readonly moved: readonly MovedLead[];
  /** What happened in the simulated company, and whether the scores say so. */
  readonly stories: readonly FoundStory[];
  /** The night that was played last: the tick of its schedule, and how much later the demo ran it. */
  readonly night: { readonly tick_at: string; readonly played_late_hours: number | null };
  readonly plan: readonly {
    readonly destination: string;
    readonly to_send: number;
    readonly suppressed: Readonly<Record<string, number>>;
    readonly calls: number;
    readonly calls_all_nightly: number;
    readonly calls_one_per_signal: number;
    /** UTC, like every instant on the screen. */
    readonly predicted_finish: string | null;
    readonly deadline: string | null;
  }[];
  readonly delivered: {
    readonly accepted: number;
    readonly retried: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly lost: number;
    readonly twice: number;
  };
  readonly urgent: {
    readonly what: string;
    readonly to_whom: string;
    readonly seconds: number;
  } | null;
  readonly targets: readonly Target[];
  readonly next: readonly string[];
  readonly took_seconds: number;
}

export interface FoundStory {
  readonly text: string;
  /** In words, such as "u_0001_1 is mql". */
  readonly expected: string;
  readonly is_found: boolean;
}

export interface Target {
  readonly name: 'duration' | 'throughput' | 'error_rate' | 'freshness' | 'delivery_success' | 'cost';
  readonly value: number;
  readonly unit: string;
  readonly target: string;
  readonly is_ok: boolean;
  readonly note?: string;
}
