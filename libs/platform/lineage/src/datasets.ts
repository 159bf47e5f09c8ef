import type { DatasetId } from './event';

/** A dataset as a service names it, with what it knows of the run's part of it. */
export type NamedDataset =
  | ({ readonly table: string } & Counted)
  | ({ readonly topic: string } & Counted)
  | ({ readonly destination: string; readonly object: string } & Counted);

interface Counted {
  /** Read of an input, written to an output. */
  readonly rows?: number | undefined;
  /** The rows were read back and counted after they were written. */
  readonly isChecked?: boolean;
}

/** Where the datasets of an installation are. */
export interface Locations {
  /** host:port; the first one names the cluster. */
  readonly brokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly database: string;
}

/** By physical location, as the naming rules of OpenLineage have it: other tools that read the same table name it alike. */
export function datasetIdOf(dataset: NamedDataset, { brokers, clickhouseUrl, database }: Locations): DatasetId {
  if ('topic' in dataset) return { namespace: `kafka://${brokers[0] ?? ''}`, name: dataset.topic };
  if ('table' in dataset)
    return { namespace: `clickhouse://${authorityOf(clickhouseUrl)}`, name: `${database}.${dataset.table}` };
  return { namespace: `destination://${dataset.destination}`, name: dataset.object };
}

function authorityOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
