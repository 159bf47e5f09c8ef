import { assertGoesOn } from './goes-on';
import type { EmailOfUser, KnownEmails } from './known-emails';

/** How the e-mail of a user is learned whose signal does not name it. */
export interface EmailFinder {
  /** From memory. */
  known(userId: string): string | null;
  usersOf(email: string): readonly string[];
  /** The newest of memory and table; memory's alone when it was heard a moment ago or the table does not answer. */
  look(userId: string): Promise<string | null>;
  /** Looks again and again for some seconds: another replica may be storing it just now. Rejects once `isOver`. */
  await(userId: string, isOver: () => boolean): Promise<string | null>;
}

/** What another replica reads beside the request is stored within about a second. */
const LOOK_FOR_MS = 10_000;
/** What was heard longer ago is compared with the table: the person may have changed it in what another replica reads. */
const FRESH_MS = 60_000;
const POLL_MS = 100;
const FIRST_PAUSE_MS = 250;

export function createEmailFinder(options: {
  readonly emails: KnownEmails;
  readonly find: (userId: string) => Promise<EmailOfUser | null>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
}): EmailFinder {
  const { emails, find, sleep, now } = options;
  const known = (userId: string): string | null => emails.of(userId)?.email ?? null;
  const look = async (userId: string): Promise<string | null> => {
    if (now() - (emails.of(userId)?.heardAt ?? 0) < FRESH_MS) return known(userId);
    try {
      const stored = await find(userId);
      if (stored !== null) emails.learn(stored, now());
    } catch (error) {
      options.onFailure(error);
    }
    return known(userId);
  };
  return {
    known,
    usersOf: (email) => emails.usersOf(email),
    look,
    async await(userId, isOver) {
      const deadline = now() + LOOK_FOR_MS;
      for (let pause = FIRST_PAUSE_MS; now() < deadline; pause *= 2) {
        const next = Math.min(deadline, now() + pause);
        while (now() < next) {
          await sleep(POLL_MS);
          assertGoesOn(isOver);
          if (known(userId) !== null) return known(userId);
        }
        const email = await look(userId);
        if (email !== null) return email;
      }
      return null;
    },
  };
}
