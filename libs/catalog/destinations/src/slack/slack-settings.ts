import { z } from 'zod';

const channel = z
  .string()
  .regex(/^(#?[a-z0-9._-]{1,80}|[CGD][A-Z0-9]{8,20})$/, 'the id of a channel, such as C0123456789, or its name');

export const slackSettings = z
  .strictObject({
    token: z.string().min(1).meta({ secret: true }).describe('Bot token (xoxb-...) with the scope chat:write.'),
    channel: channel.optional().describe('Where messages go that `channels` says nothing of.'),
    channels: z.record(z.string(), channel).default({}).describe('Channels by the name of the mapping’s object.'),
    account: z
      .string()
      .min(1)
      .max(100)
      .default('slack')
      .describe('Whose quota it is, such as the workspace: entries with one account share its limits.'),
    max_records: z.int().min(1).max(1_000).default(50).describe('Records that one message tells of.'),
    max_characters: z
      .int()
      // A head and the longest line always have room.
      .min(2_500)
      .max(40_000)
      .default(4_000)
      .describe('Of a message; what has no room is counted at its end: "and 12 more".'),
    calls_per_second_and_channel: z.int().positive().default(1),
    calls_per_minute: z.int().positive().default(300).describe('Of the whole workspace.'),
    timeout_seconds: z.number().positive().max(600).default(30),
    url: z.url({ protocol: /^https?$/ }).default('https://slack.com/api'),
    allow_private_addresses: z.boolean().default(false),
  })
  .refine(({ channel: usual, channels }) => usual !== undefined || Object.keys(channels).length > 0, {
    path: ['channel'],
    error: 'give a channel, or channels by object',
  });

export type SlackSettings = z.infer<typeof slackSettings>;

/** Where records of an object go; undefined: the settings name none. */
export const channelOf = ({ channel: usual, channels }: SlackSettings, object: string): string | undefined =>
  Object.hasOwn(channels, object) ? channels[object] : usual;
