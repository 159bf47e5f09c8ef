import { pollSource, type PollStream } from '../source';
import { archivedStream } from './archived-stream';
import { withPeopleAndCompanies } from './associations';
import { hubspotAuth, hubspotLimits } from './call-api';
import { ENGAGEMENTS } from './engagements';
import { mapRecord } from './map-record';
import { searchStream } from './search-stream';
import { hubspotSettings, type HubspotSettings } from './settings';

const CONTACT = [
  'email',
  'firstname',
  'lastname',
  'jobtitle',
  'lifecyclestage',
  'associatedcompanyid',
  'hubspot_owner_id',
  'hs_email_optout',
  'hs_merged_object_ids',
  'createdate',
];
const COMPANY = [
  'name',
  'domain',
  'website',
  'industry',
  'numberofemployees',
  'annualrevenue',
  'country',
  'hubspot_owner_id',
  'hs_is_target_account',
  'hs_merged_object_ids',
  'createdate',
];
const DEAL = [
  'dealname',
  'dealstage',
  'pipeline',
  'amount',
  'deal_currency_code',
  'closedate',
  'hs_v2_date_entered_current_stage',
];

const named = (...names: readonly (string | undefined)[]): string[] => names.filter((name) => name !== undefined);

const activity = (object: string, properties: readonly string[]): PollStream<HubspotSettings> =>
  searchStream({
    object,
    modified: 'hs_lastmodifieddate',
    properties: () => properties,
    complete: (records, settings, tools) => withPeopleAndCompanies(object, records, settings, tools),
  });

export const hubspot = pollSource<typeof hubspotSettings>({
  type: 'hubspot',
  title: 'People, accounts, deals and activities of a HubSpot account',
  gives: ['signals', 'people', 'accounts'],
  settings: hubspotSettings,
  account: ({ account }) => account,
  limits: hubspotLimits,
  auth: hubspotAuth,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  streams: {
    contacts: searchStream({
      object: 'contacts',
      modified: 'lastmodifieddate',
      properties: ({ own_id_property }) => [...CONTACT, ...named(own_id_property)],
    }),
    companies: searchStream({
      object: 'companies',
      modified: 'hs_lastmodifieddate',
      properties: ({ own_account_id_property, tier_property, is_target_property }) => [
        ...COMPANY,
        ...named(own_account_id_property, tier_property, is_target_property),
      ],
    }),
    deals: activity('deals', DEAL),
    ...Object.fromEntries(
      Object.entries(ENGAGEMENTS).map(([object, { properties }]) => [
        object,
        activity(object, [
          'hs_timestamp',
          'hs_meeting_outcome',
          'hs_meeting_start_time',
          'hs_email_direction',
          ...properties,
        ]),
      ]),
    ),
    deleted_contacts: archivedStream('contacts'),
    deleted_companies: archivedStream('companies'),
  },
  map: mapRecord,
});
