import type { Facet } from './event';

const FACETS = 'https://openlineage.io/spec/facets';
/** Where each facet's fields are laid down, the version with it. */
const SCHEMAS = {
  documentation: `${FACETS}/1-1-0/DocumentationJobFacet.json#/$defs/DocumentationJobFacet`,
  dataQualityMetrics: `${FACETS}/1-0-1/DataQualityMetricsDatasetFacet.json#/$defs/DataQualityMetricsDatasetFacet`,
  errorMessage: `${FACETS}/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet`,
  inputStatistics: `${FACETS}/1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet`,
  jobDependencies: `${FACETS}/1-0-1/JobDependenciesRunFacet.json#/$defs/JobDependenciesRunFacet`,
  jobType: `${FACETS}/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet`,
  nominalTime: `${FACETS}/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet`,
  outputStatistics: `${FACETS}/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet`,
  parent: `${FACETS}/1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet`,
  processing_engine: `${FACETS}/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet`,
  schema: `${FACETS}/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet`,
  sql: `${FACETS}/1-1-0/SQLJobFacet.json#/$defs/SQLJobFacet`,
  // Ours: schemas/ has the files.
  millrace_deliveryPlan: 'urn:millrace:schema:millrace_deliveryPlan:1-0-0',
  millrace_scoreRun: 'urn:millrace:schema:millrace_scoreRun:1-0-0',
  millrace_sealStep: 'urn:millrace:schema:millrace_sealStep:1-0-0',
} as const;

export type FacetName = keyof typeof SCHEMAS;
/** Facets by name, as whoever has the figures gives them. Undefined: not known, and left out. */
export type GivenFacets = Readonly<Partial<Record<FacetName, object | undefined>>>;

/** The same with what every facet on the wire must say. */
export function facetsBy(producer: string, given: GivenFacets): Record<string, Facet> {
  const known = Object.entries(given).filter((pair): pair is [FacetName, object] => pair[1] !== undefined);
  return Object.fromEntries(
    known.map(([name, fields]) => [name, { _producer: producer, _schemaURL: SCHEMAS[name], ...fields }]),
  );
}
