import type { CountryCode } from 'libphonenumber-js';

import { countryCode } from './countries';
import { trimEnds } from './trim-ends';

/**
 * A telephone number as E.164 (`+442079460958`), or null. A number without `+` is read as one of `country` (two letters). An
 * extension is left out: the number that rings is the same.
 */
export function normalPhone(text: string, country?: string | null): string | null {
  // Loaded when first asked for: numbering plans that few processes need, and a tenth of a second.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { parsePhoneNumberFromString } = require('libphonenumber-js/min') as typeof import('libphonenumber-js');
  const home = country ? (countryCode(country) as CountryCode | null) : null;
  const options = { extract: false, ...(home === null ? {} : { defaultCountry: home }) };
  const found = parsePhoneNumberFromString(trimEnds(text), options);
  return found?.isPossible() === true ? found.number : null;
}
