import { z } from 'zod';

/** What `millrace explain <person> --json` says of a move; it says more. */
const explanation = z.object({
  entity_id: z.string(),
  email: z.string(),
  score: z.number().nullable(),
  previous_score: z.number().nullable(),
  run: z.object({ as_of_date: z.string() }),
  moved: z.array(z.object({ component: z.string(), signal_class: z.string(), change: z.number(), why: z.string() })),
});

/** A lead whose score moved between the last two nights. */
export interface MovedLead {
  readonly person_id: string;
  readonly lead: string;
  /** Local date of the later night. */
  readonly on: string;
  readonly before: number | null;
  readonly after: number | null;
  /** The weightiest first; points add up to the move. */
  readonly moves: readonly { readonly of: string; readonly points: number; readonly text: string }[];
}

function nameOf(component: string, signalClass: string): string {
  const isEnough = component === 'engagement' || component === signalClass;
  return (isEnough ? signalClass : `${component} ${signalClass}`).replaceAll('_', ' ');
}

function sentenceOf(name: string, points: number, why: string): string {
  const more = `${Math.abs(points)} ${Math.abs(points) === 1 ? 'point' : 'points'} ${points > 0 ? 'more' : 'less'}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} gives ${more}: ${why}.`;
}

/** Reads an explanation as plain sentences. Throws ZodError when it is not an explanation. */
export function movedLeadOf(answer: unknown): MovedLead {
  const { entity_id, email, score, previous_score, run, moved } = explanation.parse(answer);
  return {
    person_id: entity_id,
    lead: email === '' ? entity_id : email,
    on: run.as_of_date,
    before: previous_score,
    after: score,
    moves: moved.map(({ component, signal_class: of, change: points, why }) => ({
      of,
      points,
      text: sentenceOf(nameOf(component, of), points, why),
    })),
  };
}
