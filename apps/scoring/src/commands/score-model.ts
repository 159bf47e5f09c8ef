import { findModel, MODELS, type Model, type Score } from '@millrace/catalog-models';
import { UsageError } from '@millrace/platform-errors';

/** Models whose scores people look at, the first one first: those that publish something. */
export const SCORES = MODELS.filter((model): model is Score => model.kind === 'score' && 'score' in model.publishes);

/** A model that makes scores. Throws a UsageError for a name that is none, and for a rollup. */
export function findScoreModel(name: string): Model {
  const model = findModel(name);
  if (model.kind === 'score') return model;
  const scores = MODELS.filter(({ kind }) => kind === 'score').map((one) => one.name);
  throw new UsageError(`${name} is a rollup: it follows the seal steps by itself`, {
    advice: `Name a score: ${scores.join(', ')}`,
  });
}
