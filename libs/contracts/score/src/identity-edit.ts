import { z } from 'zod';

/** What a person goes by, the strongest first: each kind names a person that no stronger one names. */
export const IDENTITY_KINDS = ['user', 'email', 'external', 'anonymous'] as const;

const identitySchema = z.object({
  /** One of IDENTITY_KINDS, or what another version writes. */
  kind: z.string().min(1),
  /** user_id, e-mail in normal form, `<instance>/<id>` or anonymous id. */
  id: z.string().min(1),
});
export type Identity = Readonly<z.infer<typeof identitySchema>>;

const said = {
  note: z.string(),
  author: z.string(),
  /** By the author's clock, epoch milliseconds. When it counts from is the broker's append time. */
  decided_at: z.int().nonnegative(),
};

/** Both belong to one person. */
const linkSchema = z.object({
  kind: z.literal('link'),
  identity: identitySchema,
  other: identitySchema,
  ...said,
});

/** What ties the two is ignored; `other` null: whatever ties the identity to anybody. */
const unlinkSchema = z.object({
  kind: z.literal('unlink'),
  identity: identitySchema,
  other: identitySchema.nullable(),
  ...said,
});

/**
 * Somebody corrected who is who. Key: `edit:<number>:<identities>`, the two in order, `number` counting the decisions about exactly
 * these two from 0: of two people who decide at once the first wins, and the other one learns it. Records live for ever.
 */
export type IdentityEdit = Readonly<z.infer<typeof linkSchema> | z.infer<typeof unlinkSchema>>;

const KINDS: ReadonlyMap<unknown, z.ZodType<IdentityEdit>> = new Map<string, z.ZodType<IdentityEdit>>([
  ['link', linkSchema],
  ['unlink', unlinkSchema],
]);

/** What a record says; undefined: its kind is of another version. Throws a ZodError for content that its kind does not have. */
export const readIdentityEdit = (content: Readonly<Record<string, unknown>>): IdentityEdit | undefined =>
  KINDS.get(content['kind'])?.parse(content);

const rankOf = ({ kind }: Identity): number => {
  const rank = (IDENTITY_KINDS as readonly string[]).indexOf(kind);
  return rank === -1 ? IDENTITY_KINDS.length : rank;
};

/** Below 0: `a` is the stronger one; 0: they are of one kind. */
export const compareStrength = (a: Identity, b: Identity): number => rankOf(a) - rankOf(b);

/** Names an identity in a map. */
export const identityKey = ({ kind, id }: Identity): string => JSON.stringify([kind, id]);

/** Names two identities, in whichever order they are given, or one and everybody. */
export const pairKey = (identity: Identity, other: Identity | null): string =>
  `[${(other === null ? [identity] : [identity, other]).map(identityKey).sort().join(',')}]`;

export const editKey = ({ identity, other }: Pick<IdentityEdit, 'identity' | 'other'>, number: number): string =>
  `edit:${number}:${pairKey(identity, other)}`;
