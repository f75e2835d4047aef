import type { RegisterState } from './register.ts'
import { type Draft, transition } from './register-transition.ts'

/** Collects the entries that one event makes, filling in the figures that the law works out for each. */
export class Drafts {
  readonly drafts: Draft[] = []
  state: RegisterState
  #sequence: number

  constructor(state: RegisterState, sequence: number) {
    this.state = state
    this.#sequence = sequence
  }

  /** Adds an entry; answers its sequence. */
  push(draft: Draft): number {
    const { state, figures } = transition(this.state, draft, this.#sequence)
    // The figures of a kind are fields of its schema: the document keeps its type.
    this.drafts.push({ kind: draft.kind, document: { ...draft.document, ...figures } } as Draft)
    this.state = state
    return this.#sequence++
  }
}
