export type { NamedDataset } from './datasets';
export { createLineage, type Lineage, type LineageDeps, type LineageVariables } from './lineage';
export { lineageId } from './run-id';
export type { NamedRun, Told } from './told';
