import { MillraceError } from '@millrace/platform-errors';

import { currentForms } from './current-forms';
import { firstForms } from './first-forms';
import type { NormalForms } from './normal-forms';

/** The version that steps are sealed with, recorded by each; see `docs/adr/0022`. Raised when a sealed value would change. */
export const FORMS_VERSION = 2;

const VERSIONS: Readonly<Record<number, NormalForms>> = { 1: firstForms, 2: currentForms };

/** The normal forms of a step; absent: 1, from before it was recorded. Throws for a version of a newer build. */
export function formsOf(version: number | undefined): NormalForms {
  const forms = VERSIONS[version ?? 1];
  if (forms !== undefined) return forms;
  throw new MillraceError(`The step was sealed with version ${version ?? 1} of the normal forms`, {
    code: 'CONTRACT_VIOLATED',
    actor: 'operator',
    advice: `This build knows versions up to ${FORMS_VERSION}: use the build that sealed it, or a newer one`,
  });
}
