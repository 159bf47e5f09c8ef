import { datasetIdOf, type Locations, type NamedDataset } from './datasets';
import { EVENT_SCHEMA, producerOf, type Dataset, type EventType, type RunEvent } from './event';
import { facetsBy, type GivenFacets } from './facets';
import { lineageId } from './run-id';

/** What a service tells of a run of its own. */
export interface Told {
  readonly type: EventType;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Ours; the one on the wire is made of it. */
  readonly runId: string;
  /** Such as `scoring.lead_score`. */
  readonly job: string;
  /** The run that this one was made because of. */
  readonly parent?: NamedRun | undefined;
  /** Runs that had to be there before it. */
  readonly after?: readonly NamedRun[];
  readonly runFacets?: GivenFacets;
  readonly jobFacets?: GivenFacets;
  readonly inputs: readonly NamedDataset[];
  readonly outputs: readonly NamedDataset[];
}

/** Another run of ours. */
export interface NamedRun {
  readonly runId: string;
  readonly job: string;
}

/** Who tells it. */
export interface Teller {
  readonly service: string;
  readonly version: string;
  /** Namespace of the jobs. */
  readonly namespace: string;
  readonly locations: Locations;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}
/** Columns by table, of those that are known. */
export type Columns = ReadonlyMap<string, readonly Field[]>;

/** The event of what was told. */
export function eventOf(told: Told, teller: Teller, columns: Columns): RunEvent {
  const { service, version, namespace } = teller;
  const producer = producerOf(service, version);
  // Two installations with one catalogue may have runs of one name.
  const idOf = (ours: string): string => lineageId(`${namespace}/${ours}`);
  const reference = ({ runId, job }: NamedRun): object => ({
    run: { runId: idOf(runId) },
    job: { namespace, name: job },
  });
  const after = told.after ?? [];
  const dataset = (named: NamedDataset): Dataset => {
    const schema = 'table' in named ? columns.get(named.table) : undefined;
    return {
      ...datasetIdOf(named, teller.locations),
      facets: facetsBy(producer, {
        schema: schema && { fields: schema },
        dataQualityMetrics:
          named.isChecked === true && named.rows !== undefined
            ? { rowCount: named.rows, columnMetrics: {} }
            : undefined,
      }),
    };
  };
  return {
    eventType: told.type,
    eventTime: new Date(told.at).toISOString(),
    producer,
    schemaURL: EVENT_SCHEMA,
    run: {
      runId: idOf(told.runId),
      facets: facetsBy(producer, {
        ...told.runFacets,
        parent: told.parent && reference(told.parent),
        jobDependencies: after.length === 0 ? undefined : { upstream: after.map(reference) },
        processing_engine: { name: 'Millrace', version },
      }),
    },
    job: {
      namespace,
      name: told.job,
      facets: facetsBy(producer, {
        jobType: { processingType: 'BATCH', integration: 'MILLRACE', jobType: 'JOB' },
        ...told.jobFacets,
      }),
    },
    inputs: told.inputs.map((named) => ({
      ...dataset(named),
      inputFacets: facetsBy(producer, { inputStatistics: countOf(named) }),
    })),
    outputs: told.outputs.map((named) => ({
      ...dataset(named),
      outputFacets: facetsBy(producer, { outputStatistics: countOf(named) }),
    })),
  };
}

const countOf = ({ rows }: NamedDataset): object | undefined => (rows === undefined ? undefined : { rowCount: rows });
