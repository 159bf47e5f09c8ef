import { parseModelSettings, type Model, type ParsedSettings } from '@millrace/catalog-models';
import { ConfigError, describeError } from '@millrace/platform-errors';

import { publicationAt, type Publication, type PublicationsLog } from '../connections/publications-log';

/** Settings that were published, with those that the model borrows as they counted at the same instant. */
export interface PublishedSettings extends ParsedSettings<object> {
  readonly publication: Publication;
}

/**
 * What a run of the model as of the instant (epoch ms) uses: the same for every replica that has read the log. Undefined when nothing of
 * the model was published. Throws a ConfigError for settings that this version does not take any more.
 */
export function settingsAt(
  publications: Pick<PublicationsLog, 'of'>,
  model: Model,
  instant: number,
): PublishedSettings | undefined {
  const publication = publicationAt(publications.of(model.name), instant);
  if (publication === undefined) return undefined;
  return { ...parsePublication(publications, model, publication, instant), publication };
}

/** A publication never changes, so that it is parsed once for each state of what its model borrows. */
const parsed = new WeakMap<Publication, Map<string, ParsedSettings<object>>>();

/** Names the publications that a model borrows from. */
function lendersAt(publications: Pick<PublicationsLog, 'of'>, model: Model, instant: number): string {
  const names = Object.values(model.borrows ?? {}).map((lender) => {
    const offset = publicationAt(publications.of(lender.name), instant)?.offset ?? 'none';
    return `${lender.name}@${offset}(${lendersAt(publications, lender, instant)})`;
  });
  return names.join(' ');
}

/** Of one publication, whether it is live or not; `instant` says which settings of others it borrows. */
export function parsePublication(
  publications: Pick<PublicationsLog, 'of'>,
  model: Model,
  publication: Publication,
  instant: number,
): ParsedSettings<object> {
  const known = parsed.get(publication) ?? new Map<string, ParsedSettings<object>>();
  parsed.set(publication, known);
  const lenders = lendersAt(publications, model, instant);
  const found = known.get(lenders) ?? parseIt(publications, model, publication, instant);
  known.set(lenders, found);
  return found;
}

function parseIt(
  publications: Pick<PublicationsLog, 'of'>,
  model: Model,
  publication: Publication,
  instant: number,
): ParsedSettings<object> {
  const { author, published_at, settings } = publication;
  const origin = `what ${author} published on ${new Date(published_at).toISOString()}`;
  const lend = (lender: Model): unknown =>
    settingsAt(publications, lender, instant)?.settings ?? parseModelSettings(lender, {}, 'the defaults').settings;
  try {
    return parseModelSettings(model, settings, origin, lend) as ParsedSettings<object>;
  } catch (error) {
    throw new ConfigError(`The published settings of ${model.name} do not hold: ${describeError(error)}`, {
      cause: error,
      advice: `Publish what this version takes: npx millrace models publish ${model.name} --note <why>`,
      details: { model: model.name, offset: publication.offset, hash: publication.hash },
    });
  }
}
