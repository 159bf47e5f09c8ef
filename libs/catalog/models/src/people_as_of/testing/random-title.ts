import fc from 'fast-check';

import { shippedTitleWords } from '../title-words';

const BETWEEN = [' ', ', ', ' - ', ' & ', '/', '  ', ' of ', ' to the ', ' at ', '@', "'s ", '(', '.', ' | ', ''];

const entries = shippedTitleWords().map(({ words }) => words);

/** Entries of the table one after another, in any case, with what may stand between them, and anything else that people type. */
export const randomTitle: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...entries) },
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('senior', 'global', 'der', 'de', 'x', 'ß', 'Łø', 'Æ', 'ıİ', 'ﬁ', '㎏', 'é'),
        },
      ),
      fc.constantFrom('', 'x', 'chef', 'vertriebs', 'leiter'),
      fc.boolean(),
      fc.constantFrom(...BETWEEN),
    ),
    { maxLength: 7 },
  )
  .map((parts) =>
    parts
      .map(([words, filling, isUpper, between]) => {
        const text = words.replaceAll('*', filling);
        return (isUpper ? text.toUpperCase() : text) + between;
      })
      .join(''),
  );
