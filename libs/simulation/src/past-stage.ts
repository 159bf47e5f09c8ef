import type { Company } from './company';
import type { PastCalendar } from './past-calendar';
import type { Random } from './random';

/** What a play of the past has to work with. */
export interface PastStage {
  readonly company: Company;
  readonly random: Random;
  readonly calendar: PastCalendar;
}
