import type { ParsedText } from './parse-text.ts'
import { isOldFile } from './predecessor/old-file.ts'
import type { ConfigProblem, Finding } from './problem.ts'
import type { PlainValue } from './read-node.ts'

/** A configuration as it was given: in our own format, or translated into it from an old file. */
export interface GivenConfig {
  /** Undefined when an old file can't be translated. */
  readonly value: PlainValue | undefined
  readonly errors: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
  /** What an old file holds in plain text, by the environment variable that `value` refers to it with. */
  readonly secrets: ReadonlyMap<string, string>
  /** True for an old file. It may leave out chain ids: they are asked of the nodes. */
  readonly isOld: boolean
  /** Says where in the text a finding about `value` stands. */
  locate(finding: Finding): ConfigProblem
}

/** Takes a file of our own format as it is, and translates one of the Python applications. */
export async function givenConfig(parsed: ParsedText): Promise<GivenConfig> {
  if (!isOldFile(parsed.value)) {
    const { value, locate } = parsed
    return { value, errors: [], warnings: [], secrets: new Map(), isOld: false, locate }
  }
  const [{ translate, unnamedChains }, { MemoryKeeper }] = await Promise.all([
    import('./predecessor/translate.ts'),
    import('./predecessor/secret-keeper.ts'),
  ])
  const keeper = new MemoryKeeper()
  const { value, errors, warnings, plainSecrets, placed } = await translate(parsed.value, { keeper })
  const whole = {
    path: [],
    message:
      'a configuration of the Python applications, translated as it is read: `energyweb config convert` writes it anew, and moves the secrets out',
  }
  const unnamed = unnamedChains(value).map(name => ({
    ...placed({ path: ['networks', name], message: '' }),
    message: 'the chain is not named here: its id is asked of the node, which is believed',
  }))
  return {
    value,
    errors: errors.map(parsed.locate),
    warnings: [whole, ...warnings, ...unnamed, ...plainSecrets].map(parsed.locate),
    secrets: keeper.secrets,
    isOld: true,
    locate: finding => parsed.locate(placed(finding)),
  }
}
