/** `number`: it may be compared by how far it moved. `list`: of texts. */
export type PublishedType = 'number' | 'text' | 'list';

/** What a score model publishes to whoever reads its runs. */
export interface Published {
  readonly entity: 'person' | 'account';
  readonly fields: Readonly<Record<string, PublishedType>>;
}

/** By model: destinations name a field as `<model>.<field>`. A score model adds a line; a spec of the models compares. */
export const PUBLISHED: Readonly<Record<string, Published>> = {
  lead_score: { entity: 'person', fields: { score: 'number', grade: 'text', stage: 'text', reasons: 'list' } },
};
