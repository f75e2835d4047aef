type Environment = Readonly<Record<string, string | undefined>>

/** Variables that hold what opens a sealed configuration: the usual ones, and those that the header of one has named. */
const variables = new Set(['ENERGYWEB_PASSPHRASE', 'ENERGYWEB_TOKEN_PIN'])

/** Remembers a variable, for as long as this process lives: programs and libraries of others must not see what is in it. */
export function rememberOpeningVariable(name: string): void {
  variables.add(name)
}

/** The environment without what opens configurations. */
export function withoutOpeningVariables(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !variables.has(name)))
}
