/** What a distinct value of a step's rows is. */
export type AskedKind = 'domain' | 'email';

/** A row of `attempt_values` about an e-mail or a domain. */
export interface AskedFacts {
  /** Of an e-mail its normal form, of a domain the host that mail is sent to; null when it is none. */
  readonly normal: string | null;
  readonly registrable_domain: string | null;
  readonly is_free_mail: boolean;
  readonly is_disposable: boolean;
}

/** One version of how e-mails and domains are brought into their normal forms. */
export interface NormalForms {
  /**
   * SQL over a row. `email_text`: of an e-mail whose kind is `domain` the normal form. `mail_kind`, `mail_key`: what is asked about
   * it, `''` for nothing.
   */
  readonly expressions: Readonly<
    Record<'email_text_expression' | 'mail_kind_expression' | 'mail_key_expression', string>
  >;
  readonly factsOf: (kind: AskedKind, value: string) => AskedFacts;
}
