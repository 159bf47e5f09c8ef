import type { ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError, UsageError } from '@millrace/platform-errors';

/** Whose crossings are silenced. */
export interface Ack {
  readonly entity_kind: string;
  readonly entity_id: string;
  /** Last local day, YYYY-MM-DD. */
  readonly until: string;
  readonly note: string;
  readonly author: string;
  readonly acked_at: string;
}

/** In the row of a decision: from now on nothing is silenced. */
const ENDED = '1970-01-01';

const KINDS = 'select distinct entity_kind from scores where entity_id = {entity: String} order by entity_kind';

const STANDING = `select entity_kind, entity_id, toString(until) as until, note, author, acked_at
from acks
where {entity: String} in ('', entity_id)
order by entity_kind, entity_id`;

/** All that stand, or those of an entity. */
export const listAcks = (clickhouse: ClickHouse, entity = ''): Promise<Ack[]> =>
  clickhouse.query<Ack>(STANDING, { entity });

/**
 * Silences the crossings of an entity up to a local day. Throws ENTITY_UNKNOWN for what has no score, UsageError when a person and an
 * account have this name and `kind` does not say which is meant.
 */
export async function ackEntity(
  clickhouse: ClickHouse,
  { entity, kind, ...said }: { entity: string; kind: string | undefined; until: string; note: string; author: string },
): Promise<Ack[]> {
  const found = await clickhouse.query<{ readonly entity_kind: string }>(KINDS, { entity });
  const meant = found.filter(({ entity_kind }) => kind === undefined || entity_kind === kind);
  const [one, another] = meant;
  if (one === undefined) {
    throw new MillraceError(`${entity} has no score${kind === undefined ? '' : ` as ${kind}`}`, {
      code: 'ENTITY_UNKNOWN',
      actor: 'operator',
      advice: 'Write its id as score_crossings has it: npx millrace score show <person, e-mail or account>',
    });
  }
  if (another !== undefined) {
    throw new UsageError(`${entity} is the id of a ${meant.map(({ entity_kind }) => entity_kind).join(' and of a ')}`, {
      advice: `Say which is meant: --kind ${one.entity_kind}`,
    });
  }
  await write(clickhouse, { ...said, entity_kind: one.entity_kind, entity_id: entity });
  return listAcks(clickhouse, entity);
}

/** Returns what was ended. */
export async function endAcks(clickhouse: ClickHouse, entity: string, author: string): Promise<Ack[]> {
  const standing = await listAcks(clickhouse, entity);
  for (const { entity_kind, entity_id } of standing) {
    await write(clickhouse, { entity_kind, entity_id, until: ENDED, note: '', author });
  }
  return standing;
}

const write = (clickhouse: ClickHouse, row: Omit<Ack, 'acked_at'>): Promise<unknown> =>
  clickhouse.insertRows('entity_acks', [{ ...row, acked_at: new Date().toISOString() }]);
