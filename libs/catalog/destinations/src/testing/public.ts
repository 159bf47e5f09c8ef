export { createHubspotServer } from '../hubspot/testing/hubspot-server';
export { createSalesforceServer } from '../salesforce/testing/salesforce-server';
export { createSlackServer } from '../slack/testing/slack-server';
export { createWebhookServer } from '../webhook/testing/webhook-server';
export type { Fault } from './api-server';
export { createLocalReceiver } from './local-receiver';
export type { Behaviour, LocalReceiver, ReceivedRequest } from './local-receiver';
export type { MadeApi } from './made-api';
