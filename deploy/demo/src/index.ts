// How customers send, for whoever plays one: the end-to-end tests do.
export { publishDirect, type DirectContent, type DirectOptions } from './publish-direct';
export { createClient, sendEvents, type Client } from './send-events';
