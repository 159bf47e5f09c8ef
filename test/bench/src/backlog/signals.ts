import { createSignal, signalType } from '@millrace/contract-signal';
import { seededRandom } from '@millrace/platform-testing';

const HOUR_MS = 3_600_000;

/** Where in time and over whom signals are spread. */
export interface Spread {
  /** Hourly windows that the signals fall into; the last one ended before `endsAt`. */
  readonly windows: number;
  /** Epoch ms, a whole hour. */
  readonly endsAt: number;
  readonly people: number;
  readonly accounts: number;
  /** Starts the ids, so that two backlogs of one topic share none. */
  readonly idPrefix: string;
}

export interface KeyedBody {
  readonly key: string;
  readonly body: Buffer;
}

const TYPES = ['page_viewed', 'page_viewed', 'page_viewed', 'feature_used', 'email_opened', 'form_submitted'] as const;
const COUNTRIES = ['US', 'US', 'US', 'GB', 'DE', 'FR', 'CA', 'NL'] as const;

/** The last hour that is closed for sure: its grace is over. */
export const lastClosedHour = (now: number): number => Math.floor((now - HOUR_MS) / HOUR_MS) * HOUR_MS;

/**
 * Signals like a website's: about 150 bytes of Avro, mostly anonymous page views, a third of them of known people, a sixth with
 * an e-mail address. Time goes round the windows, so every part of the log touches all of them.
 */
export function createBodies({ windows, endsAt, people, accounts, idPrefix }: Spread): (n: number) => KeyedBody {
  const random = seededRandom(7);
  const startsAt = endsAt - windows * HOUR_MS;
  return (n) => {
    const person = random.integer(0, people - 1);
    const isKnown = n % 3 === 0;
    const occurredAt = startsAt + (n % windows) * HOUR_MS + random.integer(0, HOUR_MS - 1);
    const anonymousId = `anon-${random.integer(0, people * 3)}`;
    const userId = isKnown ? `user-${person}` : null;
    const signal = createSignal({
      signal_id: `${idPrefix}-7a3e-7000-8000-${String(n).padStart(12, '0')}`,
      type: TYPES[n % TYPES.length] as string,
      source: 'website',
      occurred_at: occurredAt,
      received_at: occurredAt + 150,
      anonymous_id: anonymousId,
      user_id: userId,
      email: n % 6 === 0 ? `user-${person}@company-${person % accounts}.com` : null,
      account_id: isKnown ? `account-${person % accounts}` : null,
      url: `https://www.acme.com/guides/page-${random.integer(0, 300)}?utm=${n % 40}`,
      country: COUNTRIES[person % COUNTRIES.length] as string,
      properties: n % 4 === 0 ? { plan: 'trial', step: String(n % 9) } : {},
    });
    return { key: userId ?? anonymousId, body: signalType.toBuffer(signal) };
  };
}
