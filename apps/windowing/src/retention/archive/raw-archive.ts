import type { ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseCodeOf } from '@millrace/platform-clickhouse';
import { describeError, MillraceError } from '@millrace/platform-errors';

import type { RawArchiveSettings } from '../retention-settings';

/** What a set of landed rows adds up to; hashes as decimal text. */
export interface RawSum {
  readonly rows: number;
  readonly checksum_sum: string;
  readonly checksum_xor: string;
}

/** What fails is tried again with the next round anyway; a day may take long to travel. */
const TRANSFER = { max_execution_time: 3_600, s3_retry_attempts: '5' } as const;

const isSameSum = (left: RawSum, right: RawSum): boolean =>
  left.rows === right.rows && left.checksum_sum === right.checksum_sum && left.checksum_xor === right.checksum_xor;

/**
 * Days of `signals_raw` as Parquet files, written and read by ClickHouse itself. A file is named by its content, so that writing it
 * again, by any replica, gives the same file.
 */
export class RawArchive {
  constructor(
    private readonly clickhouse: ClickHouse,
    private readonly settings: RawArchiveSettings,
  ) {}

  static nameOf(day: string, { rows, checksum_sum, checksum_xor }: RawSum): string {
    const digest = `${BigInt(checksum_sum).toString(16)}-${BigInt(checksum_xor).toString(16)}`;
    return `signals_raw/${day}-${rows}-${digest}.parquet`;
  }

  /** Writes a day of `database.signals_raw`, unless its file is there already, and reads it back. Throws unless it is the same. */
  async write(database: string, day: string): Promise<string> {
    const columns = await this.columnsOf(database);
    const sum = await this.sumOfDay(database, day, columns.names);
    const name = RawArchive.nameOf(day, sum);
    // What cannot be read is written anew.
    if (await this.holds(database, name, sum).catch(() => false)) return name;
    await this.call(name, (file) =>
      this.clickhouse.command(
        `insert into function ${file} select ${columns.names} from {database: Identifier}.signals_raw ` +
          'where _partition_id = {day: String}',
        { database, day, structure: columns.structure },
        {
          settings: {
            engine_file_truncate_on_insert: 1,
            s3_truncate_on_insert: 1,
            ...TRANSFER,
          },
        },
      ),
    );
    if (await this.holds(database, name, sum)) return name;
    throw this.failed(name, 'what was read back is not what was written');
  }

  /** Adds the rows of a file to a table with the columns of signals_raw. */
  async load(name: string, database: string, table: string): Promise<void> {
    const columns = await this.columnsOf(database, table);
    await this.call(name, (file) =>
      this.clickhouse.command(
        `insert into {database: Identifier}.{table: Identifier} (${columns.names}) select ${columns.names} from ${file}`,
        { database, table, structure: columns.structure },
        { settings: { ...TRANSFER, max_partitions_per_insert_block: '0' } },
      ),
    );
  }

  private async sumOfDay(database: string, day: string, columns: string): Promise<RawSum> {
    const sum = await this.clickhouse.queryOne<RawSum>(
      `select ${sumOf(columns)} from {database: Identifier}.signals_raw where _partition_id = {day: String}`,
      { database, day },
      undefined,
      { settings: { ...TRANSFER } },
    );
    return sum ?? { rows: 0, checksum_sum: '0', checksum_xor: '0' };
  }

  private async holds(database: string, name: string, sum: RawSum): Promise<boolean> {
    const columns = await this.columnsOf(database);
    const found = await this.call(name, (file) =>
      this.clickhouse.queryOne<RawSum>(
        `select ${sumOf(columns.names)} from ${file}`,
        { structure: columns.structure },
        undefined,
        { settings: { ...TRANSFER } },
      ),
    );
    return found !== undefined && isSameSum(found, sum);
  }

  private async columnsOf(database: string, table = 'signals_raw'): Promise<{ names: string; structure: string }> {
    const columns = await this.clickhouse.query<{ readonly name: string; readonly type: string }>(
      'select name, type from system.columns where database = {database: String} and table = {table: String} order by position',
      { database, table },
    );
    return {
      names: columns.map(({ name }) => name).join(', '),
      structure: columns.map(({ name, type }) => `${name} ${type}`).join(', '),
    };
  }

  /**
   * The credentials are literals in the statement: ClickHouse hides those of s3() in its logs, as it does not with parameters. Here
   * they appear in no error: its text and its cause stay behind.
   */
  private async call<Result>(name: string, work: (file: string) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.fileOf(name));
    } catch (error) {
      throw this.failed(name, this.withoutSecrets(describeError(error)), clickhouseCodeOf(error));
    }
  }

  private fileOf(name: string): string {
    const { url, accessKeyId, secretAccessKey } = this.settings;
    if (url.startsWith('file:'))
      return `file(${literal(`${new URL(url).pathname}/${name}`)}, 'Parquet', {structure: String})`;
    const credentials = accessKeyId === undefined ? '' : `${literal(accessKeyId)}, ${literal(secretAccessKey ?? '')}, `;
    return `s3(${literal(`${url}/${name}`)}, ${credentials}'Parquet', {structure: String})`;
  }

  private withoutSecrets(text: string): string {
    const { accessKeyId, secretAccessKey } = this.settings;
    return [accessKeyId, secretAccessKey]
      .filter((secret): secret is string => secret !== undefined)
      .reduce(
        (shown, secret) => shown.replaceAll(secret, '[redacted]').replaceAll(literal(secret), '[redacted]'),
        text,
      );
  }

  private failed(name: string, why: string, clickhouseCode?: number): MillraceError {
    return new MillraceError(`The archive cannot take or give ${name}: ${why}`, {
      code: 'ARCHIVE_FAILED',
      actor: 'operator',
      isRetryable: true,
      advice: 'Check RAW_ARCHIVE_URL and its credentials; nothing is dropped until it is archived',
      details: { name, ...(clickhouseCode === undefined ? {} : { clickhouseCode }) },
    });
  }
}

const sumOf = (columns: string): string =>
  `count() as rows, toString(sum(cityHash64(tuple(${columns})))) as checksum_sum, ` +
  `toString(groupBitXor(cityHash64(tuple(${columns})))) as checksum_xor`;

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
