export { createWebhookServer } from '../webhook/testing/webhook-server';
export type { Fault } from './api-server';
export { createLocalReceiver } from './local-receiver';
export type { Behaviour, LocalReceiver, ReceivedRequest } from './local-receiver';
export type { MadeApi } from './made-api';
