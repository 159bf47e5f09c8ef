import type { Admin, Kafka } from 'kafkajs';
import { uuidv7 } from 'uuidv7';
import { withAdmin } from '../admin/with-admin';

/** A stop does not wait longer for a broker that is away. */
const LONGEST_MS = 3_000;

/**
 * kafkajs has no consumer without a group, so a reader that keeps its own position gets a group of its own. `of` begins
 * with the topic prefix: an ACL on the prefix must cover it.
 */
export const privateGroup = (of: string, kind: string): string => `${of}.${kind}.${uuidv7()}`;

/**
 * At the end of its only member. What a killed process leaves behind needs nobody: such a group never commits, and the
 * broker drops an empty group without commits at its next look (offsets.retention.check.interval.ms, 10 minutes).
 */
export async function forgetPrivateGroup(source: Kafka | Admin, groupId: string): Promise<void> {
  const deleted = withAdmin(source, 'Deleting a private group failed', (admin) => admin.deleteGroups([groupId]));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, LONGEST_MS)));
  await Promise.race([deleted.catch(() => undefined), patience]);
  clearTimeout(timer);
}
