import { standingEdits, type Identity, type IdentityEdit } from '@millrace/contract-score';

/** A row of `sql/edits.sql`. */
export interface ReadEdit {
  readonly kind: string;
  readonly identity_kind: string;
  readonly identity: string;
  readonly other_kind: string;
  readonly other: string;
}

/** A row of `people_as_of_edits`. */
export interface EditRow {
  readonly relation: 'follows' | 'apart' | 'cut';
  readonly identity_kind: string;
  readonly identity: string;
  readonly to_kind: string;
  readonly to_id: string;
}

/** What decisions come to, as rows. An e-mail that others follow is a row as well: what ties any of them counts for all. */
export function editRows(read: readonly ReadEdit[]): EditRow[] {
  const { follows, apart, cuts } = standingEdits(read.map(asEdit));
  const followed = new Map(follows.filter(areEmails).map(({ to }) => [to.id, to]));
  return [
    ...follows.map(({ identity, to }) => rowOf('follows', identity, to)),
    ...[...followed.values()].map((email) => rowOf('follows', email, email)),
    ...apart.map((identity) => rowOf('apart', identity)),
    ...cuts.map(({ identity, to }) => rowOf('cut', identity, to)),
  ];
}

const areEmails = ({ identity, to }: { identity: Identity; to: Identity }): boolean =>
  identity.kind === 'email' && to.kind === 'email';

const rowOf = (relation: EditRow['relation'], { kind, id }: Identity, to?: Identity): EditRow => ({
  relation,
  identity_kind: kind,
  identity: id,
  to_kind: to?.kind ?? '',
  to_id: to?.id ?? '',
});

const NOT_READ = { note: '', author: '', decided_at: 0 };

function asEdit({ kind, identity_kind, identity, other_kind, other }: ReadEdit): IdentityEdit {
  const one = { kind: identity_kind, id: identity };
  const two = { kind: other_kind, id: other };
  return kind === 'link'
    ? { kind, identity: one, other: two, ...NOT_READ }
    : { kind: 'unlink', identity: one, other: other === '' ? null : two, ...NOT_READ };
}
