export { templateModel } from '../_template/template.model';
export { markovShares, type Path } from '../attribution/testing/markov-by-removal';
export { publishedShares, type PublishedShares } from '../attribution/testing/published-shares';
export { SIXTY_MORNINGS, type Morning } from '../lead_score/testing/sixty-mornings';
export { casesOf, type ModelCase } from './model-case';
export { HELD_OUT, heldOutTitles, type HeldOutTitle } from '../people_as_of/testing/held-out-titles';
export { randomTitle } from '../people_as_of/testing/random-title';
export { createTitleReader, type ReadTitle, type TitleReading } from '../people_as_of/testing/read-title';
export { rolesByHand } from '../people_as_of/testing/roles-by-hand';
