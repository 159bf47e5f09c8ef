import { isbot } from 'isbot';

/** Whether a user agent is a known bot. An empty one is not: servers send signals without. */
export const isBotUserAgent = (userAgent: string): boolean => userAgent !== '' && isbot(userAgent);
