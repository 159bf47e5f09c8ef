import { z } from 'zod';

const instant = z.int().nonnegative();

/**
 * Somebody published settings of a model. Key: `settings:<model>:<number>`, `number` counting the publications of the model from 0:
 * of two who publish at once the first wins, and the other one learns it. Records live for ever.
 */
const settingsPublicationSchema = z.object({
  kind: z.literal('settings'),
  v: z.int().positive(),
  model: z.string().min(1),
  /** Every setting of its own with its value, defaults included; what it borrows from another model is not among them. */
  settings: z.record(z.string(), z.unknown()),
  /** Of `settings`, as its publisher saw them. */
  hash: z.string().min(1),
  /** `file`: scoring found the file changed; `install`: there was no file, and nothing was published before. */
  author: z.string(),
  note: z.string(),
  /** By the publisher's clock. */
  published_at: instant,
  /** Runs as of this instant and later use them; left out: from when the broker had the record. */
  counts_from: instant.optional(),
});
export type SettingsPublication = Readonly<z.infer<typeof settingsPublicationSchema>>;

export const publicationKey = (model: string, number: number): string => `settings:${model}:${number}`;

/** What a record says; undefined: its kind is of another version. Throws a ZodError for content that its kind does not have. */
export const readSettingsPublication = (content: Readonly<Record<string, unknown>>): SettingsPublication | undefined =>
  content['kind'] === 'settings' ? settingsPublicationSchema.parse(content) : undefined;
