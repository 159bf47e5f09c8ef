import { ANY_TYPE, defineDestination, type ObjectShape } from '../destination';
import { bulkRoute } from './bulk-route';
import { collectionsRoute } from './collections-route';
import { readBackRecords } from './read-back';
import { salesforceAuth } from './salesforce-auth';
import { FIELD_NAME, OBJECT_NAME } from './salesforce-names';
import { salesforceSettings, type SalesforceSettings } from './salesforce-settings';

const shape: Pick<ObjectShape, 'modes' | 'fields' | 'others'> = {
  modes: ['update', 'upsert', 'create'],
  fields: {},
  others: {
    name: FIELD_NAME,
    inWords: 'the API name of a field: letters, digits and _, beginning with a letter, not Id',
    takes: ANY_TYPE,
  },
};

/** Leads, contacts, accounts and custom objects of Salesforce, by sObject Collections or, for large plans, by Bulk API 2.0. */
export const salesforce = defineDestination<SalesforceSettings>({
  kind: 'salesforce',
  title: 'Salesforce',
  settings: salesforceSettings,
  guarantee: 'at_least_once',
  account: ({ login_url, client_id, username = '' }) => `${new URL(login_url).host}/${client_id}/${username}`,
  limits: ({ concurrency, calls_per_day }) => [
    { name: 'concurrency', kind: 'at_once', calls: concurrency },
    ...(calls_per_day === null
      ? []
      : [{ name: 'calls_per_day', kind: 'day', calls: calls_per_day, resets: 'rolling' } as const]),
  ],
  objects: {
    Lead: { ...shape, of: ['person'], match: ['email', 'id', 'crm_id'] },
    Contact: { ...shape, of: ['person'], match: ['email', 'id', 'crm_id'] },
    Account: { ...shape, of: ['account'], match: ['id', 'crm_id'] },
    '*': {
      ...shape,
      of: ['person', 'account'],
      match: ['email', 'id', 'crm_id'],
      names: { pattern: OBJECT_NAME, inWords: 'the API name of a custom object, which ends with __c' },
    },
  },
  timeoutMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  auth: salesforceAuth,
  routes: (settings) => [collectionsRoute, bulkRoute(settings)],
  readBack: readBackRecords,
});
