/** What a key has signed so far. */
export interface KeyFigures {
  /** Its name in the configuration. */
  readonly key: string
  readonly signatures: number
  /** Attempts that failed, by code. */
  readonly failures: Readonly<Record<string, number>>
  /** How long signatures took: seconds, counted by the bounds of `energyweb_signing_duration_seconds`. */
  readonly durations: { readonly counts: readonly number[]; readonly sum: number }
}
