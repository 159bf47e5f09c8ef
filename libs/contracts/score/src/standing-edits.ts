import {
  compareStrength,
  identityKey,
  IDENTITY_KINDS,
  pairKey,
  type Identity,
  type IdentityEdit,
} from './identity-edit';

/** What decisions come to, all of them taken together. */
export interface StandingEdits {
  /** Of identities that belong together all but the strongest, which they follow; of several of its kind the first named. */
  readonly follows: readonly { readonly identity: Identity; readonly to: Identity }[];
  /** Identities that stand alone, whatever ties them to somebody. */
  readonly apart: readonly Identity[];
  /** Identities that nothing ties to each other, in both orders. */
  readonly cuts: readonly { readonly identity: Identity; readonly to: Identity }[];
  /** The decisions that still count. */
  readonly counting: ReadonlySet<IdentityEdit>;
}

type Pair = IdentityEdit & { readonly other: Identity };

/**
 * Takes decisions together, in the order of the log. Of those about one pair the last counts. Unlinking an identity from everybody
 * ends its links too; linking it again ends that. A link that would make one person of two user ids, or of anonymous ids alone,
 * does not count.
 */
export function standingEdits(edits: Iterable<IdentityEdit>): StandingEdits {
  const pairs = new Map<string, Pair>();
  const apart = new Map<string, IdentityEdit>();
  for (const edit of edits) {
    if (!isPair(edit)) {
      for (const [key, pair] of pairs) if (pair.kind === 'link' && isOf(pair, edit.identity)) pairs.delete(key);
      apart.set(identityKey(edit.identity), edit);
      continue;
    }
    const { identity, other } = edit;
    const key = pairKey(identity, other);
    // The order is that of the decisions that count.
    pairs.delete(key);
    pairs.set(key, edit);
    if (edit.kind === 'link') for (const weaker of weakerOf(identity, other)) apart.delete(identityKey(weaker));
  }
  const { links, groups } = join([...pairs.values()].filter(({ kind }) => kind === 'link'));
  const cuts = [...pairs.values()].filter(({ kind }) => kind === 'unlink');
  return {
    follows: groups.flatMap((group) => {
      const to = group.reduce((strongest, one) => (compareStrength(one, strongest) < 0 ? one : strongest));
      return group.filter((one) => one !== to).map((identity) => ({ identity, to }));
    }),
    apart: [...apart.values()].map(({ identity }) => identity),
    cuts: cuts.flatMap(({ identity, other }) => [
      { identity, to: other },
      { identity: other, to: identity },
    ]),
    counting: new Set([...links, ...apart.values(), ...cuts]),
  };
}

/** What the identity follows, or itself. */
export function rootOf({ follows }: StandingEdits, identity: Identity): Identity {
  const key = identityKey(identity);
  return follows.find((one) => identityKey(one.identity) === key)?.to ?? identity;
}

const isPair = (edit: IdentityEdit): edit is Pair => edit.other !== null;

const isOf = ({ identity, other }: Pair, one: Identity): boolean =>
  [identity, other].some((named) => identityKey(named) === identityKey(one));

const weakerOf = (a: Identity, b: Identity): Identity[] => {
  const strength = compareStrength(a, b);
  return strength === 0 ? [a, b] : [strength < 0 ? b : a];
};

const isKnown = ({ kind }: Identity): boolean => (IDENTITY_KINDS as readonly string[]).includes(kind);

/** Whether two identities, or all that are linked to them, may be one person. */
const mayJoin = (joined: readonly Identity[]): boolean =>
  joined.every(isKnown) &&
  joined.filter(({ kind }) => kind === 'user').length <= 1 &&
  joined.some(({ kind }) => kind !== 'anonymous');

/** Identities that links make one, each in the order in which it was named, and the links that count. */
function join(wanted: readonly Pair[]): { links: Pair[]; groups: Identity[][] } {
  const groups = new Map<string, Identity[]>();
  const groupOf = (one: Identity): Identity[] => groups.get(identityKey(one)) ?? [one];
  const links = wanted.filter(({ identity, other }) => {
    const [mine, others] = [groupOf(identity), groupOf(other)];
    if (mine === others) return true;
    const joined = [...mine, ...others];
    if (!mayJoin(joined)) return false;
    for (const one of joined) groups.set(identityKey(one), joined);
    return true;
  });
  return { links, groups: [...new Set(groups.values())] };
}
