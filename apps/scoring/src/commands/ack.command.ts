import { hostname, userInfo } from 'node:os';

import { addDays } from '@millrace/contract-window';
import { instant, listing, print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { UsageError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { ackEntity, endAcks, listAcks, type Ack } from '../acks/acks';
import { withClickHouse } from './with-clickhouse';

interface AckOptions extends JsonOption {
  readonly until?: string;
  readonly undo?: true;
  readonly kind?: string;
  readonly note: string;
  readonly author: string;
}

/** A decision is kept for 400 days: one that ends later would be forgotten first. */
const LONGEST_DAYS = 365;

/** `ack`: whose crossings nobody wants to hear of, for a while. */
export function addAckCommand(program: Command, shell: CommandShell): void {
  program
    .command('ack [entity]')
    .description('silence the crossings of an account or a person up to a day; without --until: show what is silenced')
    .option('--until <date>', 'last local day, YYYY-MM-DD')
    .option('--undo', 'hear of it again')
    .option('--kind <kind>', 'person, account or conversion: where one id is of several')
    .option('--note <text>', 'why, for whoever reads it later', '')
    .option('--author <name>', 'who decides', `${userInfo().username}@${hostname()}`)
    .option('--json', 'print one JSON list')
    .action(async (entity: string | undefined, options: AckOptions) => {
      const acks = await withClickHouse((clickhouse) => {
        const { until, undo, kind, note, author } = options;
        if (until === undefined && undo === undefined) return listAcks(clickhouse, entity);
        if (entity === undefined) throw new UsageError('Name the account or person whose crossings are meant');
        if (until === undefined) return endAcks(clickhouse, entity, author);
        if (undo !== undefined) throw new UsageError('--until and --undo do not go together');
        return ackEntity(clickhouse, { entity, kind, until: dayOf(until, Date.now()), note, author });
      });
      const rows = acks.map((ack: Ack) => [
        ack.entity_kind,
        ack.entity_id,
        ack.until,
        instant(Date.parse(ack.acked_at)),
        ack.author,
        ack.note,
      ]);
      const nothing = entity === undefined ? 'nothing is silenced' : `${entity} is not silenced`;
      const header = ['kind', 'entity', options.undo === undefined ? 'until' : 'was until', 'decided', 'by', 'note'];
      print(shell, options, acks, listing(header, rows, nothing));
    });
}

/** Throws UsageError for what is not a day of the next year. */
export function dayOf(typed: string, now: number): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? Date.parse(typed) : Number.NaN;
  const today = new Date(now).toISOString().slice(0, 10);
  // West of UTC it may be yesterday still.
  const [first, last] = [addDays(today, -1), addDays(today, LONGEST_DAYS)];
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(typed) && typed >= first && typed <= last)
    return typed;
  throw new UsageError(`--until: ${typed} is not a valid day from ${first} to ${last}`);
}
