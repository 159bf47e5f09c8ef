import { ANY_TYPE, defineDestination, type ObjectShape } from '../destination';
import { deliver, readBack, reconcile } from './deliver-to-hubspot';
import { hubspotAuth } from './hubspot-auth';
import { encodeRecord, spellKey, wayOf, wayOfRecord } from './hubspot-requests';
import { hubspotSettings, PROPERTY_NAME, type HubspotSettings } from './hubspot-settings';

/** HubSpot's, for every batch endpoint. */
const MAX_RECORDS = 100;
/** Ours: HubSpot states none. */
const MAX_BYTES = 2_000_000;

const others: ObjectShape['others'] = {
  name: PROPERTY_NAME,
  inWords: 'the internal name of a property: a-z, 0-9 and _, 100 characters at most',
  takes: ANY_TYPE,
};
const modes = ['update', 'upsert', 'create'] as const;

/** Contacts and companies of a HubSpot account, by the batch endpoints of its CRM API. */
export const hubspot = defineDestination<HubspotSettings>({
  kind: 'hubspot',
  title: 'HubSpot CRM',
  settings: hubspotSettings,
  // The same values written twice are the same: there is no key by which HubSpot would know a repeated request.
  guarantee: 'at_least_once',
  account: ({ url, account }) => `${url} ${account}`,
  limits: ({ calls_per_ten_seconds, calls_per_day, quota_reset_zone, concurrency }) => [
    { name: 'calls_per_ten_seconds', kind: 'seconds', calls: calls_per_ten_seconds, seconds: 10 },
    { name: 'calls_per_day', kind: 'day', calls: calls_per_day, resets: { zone: quota_reset_zone } },
    { name: 'concurrency', kind: 'at_once', calls: concurrency },
  ],
  objects: {
    contacts: { of: ['person'], match: ['email', 'id', 'crm_id'], modes, spellKey, fields: {}, others },
    // A company's domain is not a property with unique values: HubSpot finds no company by it.
    companies: { of: ['account'], match: ['id', 'crm_id'], modes, spellKey, fields: {}, others },
  },
  mappingProblem: (settings, mapping) => {
    const way = wayOf(mapping, settings);
    return 'refused' in way ? way.refused : null;
  },
  timeoutMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  auth: hubspotAuth,
  routes: () => [
    {
      name: 'batch',
      cut: { maxRecords: MAX_RECORDS, maxBytes: MAX_BYTES },
      dedupeBy: 'match_key',
      encode: (record, settings, context) => {
        const way = wayOfRecord(record, context, settings);
        return 'refused' in way ? way : encodeRecord(record, way, context.match, settings);
      },
      deliver,
      reconcile,
    },
  ],
  readBack,
});
