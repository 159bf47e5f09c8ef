export { createMadeHubspot, type MadeHubspot } from '../hubspot/testing/hubspot-api';
