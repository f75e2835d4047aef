type Waiting = { readonly signal?: AbortSignal }

interface Asked<Question, Answer> {
  readonly question: Question
  readonly resolve: (answer: Answer | PromiseLike<Answer>) => void
}

/**
 * Questions of many askers that come in one turn of the event loop, carried out together: keys that work side by side share
 * their requests without knowing of each other. Who ends his wait must not end another's, so only those share who wait by
 * one signal.
 */
export class Gathered<Question, Answer> {
  readonly #carryOut: (questions: readonly Question[], waiting: Waiting) => readonly Promise<Answer>[]
  readonly #groups = new Map<AbortSignal | undefined, Asked<Question, Answer>[]>()

  /** @param carryOut - answers each question, in their order */
  constructor(carryOut: (questions: readonly Question[], waiting: Waiting) => readonly Promise<Answer>[]) {
    this.#carryOut = carryOut
  }

  ask(question: Question, { signal }: Waiting): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const group = this.#groups.get(signal)
    if (group !== undefined) {
      group.push({ question, resolve })
      return promise
    }
    const asked = [{ question, resolve }]
    this.#groups.set(signal, asked)
    // It runs when all that this turn's promises have set in motion has asked.
    process.nextTick(() => {
      this.#groups.delete(signal)
      const answers = this.#carryOut(
        asked.map(one => one.question),
        signal === undefined ? {} : { signal },
      )
      for (const [i, { resolve }] of asked.entries()) {
        const answer = answers[i]
        if (answer !== undefined) resolve(answer)
      }
    })
    return promise
  }
}
