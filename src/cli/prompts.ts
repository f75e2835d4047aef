/** One of the answers of a question. */
export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly hint?: string
}

/** What a typed answer must be. */
export interface TextQuestion {
  readonly message: string
  /** What an empty answer means; shown. */
  readonly preset?: string
  /** Answers what is wrong with the text, or nothing. */
  readonly validate?: (text: string) => string | undefined
}

/**
 * Questions to a person at a terminal. Every one of them rejects with `aborted` when the person ends it (Ctrl-C, Escape).
 */
export interface Prompts {
  select<const Value extends string>(question: {
    readonly message: string
    readonly choices: readonly Choice<Value>[]
    readonly preset?: Value
  }): Promise<Value>
  text(question: TextQuestion): Promise<string>
  /** Nothing of the answer is shown. */
  secret(question: Pick<TextQuestion, 'message' | 'validate'>): Promise<string>
  confirm(question: { readonly message: string; readonly preset: boolean }): Promise<boolean>
  /** A remark between two questions. */
  say(text: string): void
}
