/**
 * What is to be thought of an event: undefined when it says what it should, a text when it says otherwise, `unknown` when this
 * program can't tell, or a question that its contract must answer first.
 */
export type Judgement = undefined | string | { readonly unknown: string } | ChainQuestion

/** A view call, and what its answer means. */
export interface ChainQuestion {
  readonly to: string
  readonly data: string
  readonly judge: (answer: string) => Judgement
}
