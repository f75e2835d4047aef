/**
 * What is to be thought of an event: undefined when it says what it should, a text when it says otherwise, `unknown` when this
 * program can't tell, or a question that its contract must answer first.
 */
export type Judgement = undefined | string | { readonly unknown: string } | ChainQuestion

/** What its contract, or the transaction that made it, must tell first, and what the answer means. */
export type ChainQuestion = ContractQuestion | ContractQuestions | CallQuestion

/** A view call. */
export interface ContractQuestion {
  readonly to: string
  readonly data: string
  readonly judge: (answer: string) => Judgement
}

/** Several view calls of one contract. */
export interface ContractQuestions {
  readonly to: string
  readonly calls: readonly string[]
  /** The answers in the order of the calls. */
  readonly judge: (answers: readonly string[]) => Judgement
}

/** What a transaction called. */
export interface CallQuestion {
  readonly transaction: string
  readonly judge: (call: { readonly to: string | undefined; readonly data: string }) => Judgement
}
