import type { Finding, PathStep } from '../problem.ts'

/** What is wrong with an old file and what was assumed about it, each at its place there. */
export class Notes {
  readonly errors: Finding[] = []
  readonly warnings: Finding[] = []
  /** Where secrets stand in plain text. */
  readonly plainSecrets: Finding[] = []
  readonly #origins = new Map<string, readonly PathStep[]>()

  error(path: readonly PathStep[], message: string, options: { atKey?: boolean } = {}): void {
    this.errors.push({ path, message, ...options })
  }

  warn(path: readonly PathStep[], message: string, options: { atKey?: boolean } = {}): void {
    this.warnings.push({ path, message, ...options })
  }

  /** @param what - how the secret is called */
  plain(path: readonly PathStep[], what: string): void {
    const message = `${what} stands here in plain text: \`energyweb config convert\` moves it out; change it after that`
    this.plainSecrets.push({ path, message })
  }

  /** Says where in the old file a value of the new configuration comes from; the first to say so is believed. */
  came(path: readonly PathStep[], from: readonly PathStep[]): void {
    const key = path.join('\0')
    if (!this.#origins.has(key)) this.#origins.set(key, from)
  }

  /** A finding about the new configuration, at the place in the old file that it comes from. */
  placed(finding: Finding): Finding {
    for (let length = finding.path.length; length > 0; length--) {
      const path = this.#origins.get(finding.path.slice(0, length).join('\0'))
      if (path !== undefined) return { ...finding, path }
    }
    return { ...finding, path: [] }
  }
}
