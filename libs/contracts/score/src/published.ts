/** `number`: it may be compared by how far it moved. `list`: of texts. */
export type PublishedType = 'number' | 'text' | 'list';

/** What a score model publishes to whoever reads its runs. */
export interface Published {
  readonly entity: 'person' | 'account' | 'conversion';
  readonly fields: Readonly<Record<string, PublishedType>>;
}
