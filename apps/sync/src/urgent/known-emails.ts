import { normalEmail } from '@millrace/identity';

interface Said {
  readonly email: string;
  readonly at: number;
  /** When this process last had it from a signal or the table, epoch milliseconds. */
  readonly heardAt: number;
}

/** A pair as a signal said it: a person's id and e-mail together, the newest `at` wins. */
export interface EmailOfUser {
  readonly user_id: string;
  /** In normal form. */
  readonly email: string;
  /** When it was said, epoch milliseconds. */
  readonly at: number;
}

/** A pair and when it was learned, epoch milliseconds. */
export interface LearnedEmail {
  readonly pair: EmailOfUser;
  readonly learnedAt: number;
}

const LONGEST = 1_000;

/** The pair that a signal states; null for almost all. A time in the future counts as now. */
export function emailOfUser(
  signal: { readonly user_id: string | null; readonly email: string | null; readonly occurred_at: number },
  now: number,
): EmailOfUser | null {
  if (!signal.user_id || !signal.email) return null;
  const email = normalEmail(signal.email);
  if (email === null || email.length > LONGEST || signal.user_id.length > LONGEST) return null;
  return { user_id: signal.user_id, email, at: Math.min(Math.max(0, signal.occurred_at), now) };
}

/** Which e-mail each user was last seen with, both ways, bounded: the longest unused is forgotten first. Pure. */
export class KnownEmails {
  readonly #most: number;
  readonly #said = new Map<string, Said>();
  readonly #users = new Map<string, Set<string>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** True when it is news: what was known is another e-mail, or nothing. An older statement changes nothing. */
  learn({ user_id, email, at }: EmailOfUser, heardAt: number): boolean {
    const known = this.#said.get(user_id);
    if (known !== undefined && known.email !== email && known.at > at) return false;
    const isNews = known?.email !== email;
    if (isNews) this.#forget(user_id);
    this.#said.delete(user_id);
    this.#said.set(user_id, { email, at: Math.max(at, isNews ? 0 : (known?.at ?? 0)), heardAt });
    const users = this.#users.get(email) ?? new Set();
    this.#users.set(email, users.add(user_id));
    const [eldest] = this.#said.keys();
    if (this.#said.size > this.#most && eldest !== undefined) this.#forget(eldest);
    return isNews;
  }

  of(userId: string): Said | undefined {
    return this.#said.get(userId);
  }

  usersOf(email: string): readonly string[] {
    return [...(this.#users.get(email) ?? [])];
  }

  #forget(userId: string): void {
    const known = this.#said.get(userId);
    if (known === undefined) return;
    this.#said.delete(userId);
    const users = this.#users.get(known.email);
    users?.delete(userId);
    if (users?.size === 0) this.#users.delete(known.email);
  }
}
