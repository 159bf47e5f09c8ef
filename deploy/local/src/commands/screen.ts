/** An instant of an earlier local day, in any zone and on the night of 25 hours, too: scores are made of whole days. */
const anEarlierDay = (now: Date): string => new Date(now.getTime() - 26 * 3_600_000).toISOString();

/** From nothing to an explained score, each line to paste into another terminal. */
export const firstSteps = (collectorUrl: string, writeKey: string | undefined, now: Date): string[] => {
  const event = {
    userId: 'you',
    event: 'Demo Requested',
    messageId: 'first-1',
    timestamp: anEarlierDay(now),
    properties: { email: 'you@yourcompany.com' },
  };
  return [
    `curl -u ${writeKey ?? '<write key>'}: -H 'content-type: application/json' -d '${JSON.stringify(event)}' ${collectorUrl}/v1/track`,
    'npx millrace windows seal --wait',
    'npx millrace run lead_score --wait',
    'npx millrace explain you',
    'npx millrace deliveries list',
  ];
};

/** Where data are, whether they stay, and how to keep them. */
export const aboutData = (stack: { dataDirectory: string; isTemporary: boolean }, command: string): string =>
  stack.isTemporary
    ? `data are temporary and go with Ctrl-C; to keep them: ${command} -- --data DIR`
    : `data stay in ${stack.dataDirectory}`;

/** What commands in another terminal will do; empty when they simply find this process. */
export const aboutCommands = (other: number | undefined, environment: Readonly<Record<string, string>>): string[] => {
  if (other === undefined) return [];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    `commands in another terminal find the Millrace of process ${other}, which was there before; for this one set there:`,
    `  export ${variables.join(' ')}`,
  ];
};
