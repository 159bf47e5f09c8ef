import { textOf, type JsonObject } from '../mapping/values';

/** What an activity of the CRM says. */
export interface Engagement {
  /** Of the signal; null: it is none. */
  readonly typeOf: (properties: JsonObject) => string | null;
  /** Kept as properties, without `hs_`. */
  readonly properties: readonly string[];
}

const is = (value: unknown, word: RegExp): boolean => word.test(textOf(value) ?? '');

/** By HubSpot's object. Notes and tasks say nothing of a buyer. */
export const ENGAGEMENTS: Readonly<Record<string, Engagement>> = {
  calls: {
    typeOf: () => 'call_logged',
    properties: ['hs_call_title', 'hs_call_direction', 'hs_call_disposition', 'hs_call_duration'],
  },
  meetings: {
    typeOf: ({ hs_meeting_outcome }) => {
      if (is(hs_meeting_outcome, /^completed$/i)) return 'meeting_held';
      return is(hs_meeting_outcome, /^(?:canceled|no[ _]show)$/i) ? 'meeting_missed' : 'meeting_scheduled';
    },
    properties: ['hs_meeting_title', 'hs_meeting_outcome', 'hs_activity_type'],
  },
  emails: {
    typeOf: ({ hs_email_direction }) => (is(hs_email_direction, /^incoming/i) ? 'email_replied' : null),
    properties: ['hs_email_subject'],
  },
};
