import type { SecretReference } from '../fields.ts'
import { didYouMean } from '../nearest.ts'
import type { PathStep } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import type { AssetContext } from './asset-context.ts'
import { slugOf } from './names.ts'
import type { OldPart } from './old-file.ts'
import { Parameters } from './parameters.ts'

type Options = { [option: string]: PlainValue }

/** What the two old classes ask for, at a mirror that still speaks their version. */
const mirrors: Readonly<Record<string, (parameters: Parameters) => Options>> = {
  WattimeV1: parameters => {
    const hours = parameters.optionalNumber('hours_from_now')
    return { kind: 'watttime-v1', ...(hours !== undefined && hours > 0 && { lookback: `${hours}h` }) }
  },
  WattimeV2: () => ({ kind: 'watttime-v2', call: 'insight' }),
}

/** Translates the carbon sources of an old file; assets with one account share one secret, and so one source. */
export class TranslatedCarbon {
  readonly #accounts = new Map<string, SecretReference>()

  /** The asset's carbon source; undefined, with an error noted, for a class that nobody knows. */
  carbon(part: OldPart, at: readonly PathStep[], context: AssetContext): Options | undefined {
    const { notes, path, assumptions } = context
    const { class_name: name } = part
    const mirror = Object.hasOwn(mirrors, name) ? mirrors[name] : undefined
    if (mirror === undefined) {
      const known = Object.keys(mirrors)
      const near = didYouMean(name, known) || `; there are ${known.join(', ')}`
      notes.error([...at, 'class_name'], `no carbon source has this class name${near}`)
      return undefined
    }
    const parameters = new Parameters(part, at, notes)
    notes.came([...path, 'carbon'], parameters.path)
    notes.came([...path, 'carbon', 'region'], parameters.at('ba'))
    const region = parameters.text('ba')
    const auth = this.#auth(parameters, context)
    const service = mirror(parameters)
    parameters.warnOfOthers()
    if (assumptions.watttime !== undefined) {
      return { ...service, ...addressOf(assumptions.watttime), region, auth }
    }
    notes.warn(
      parameters.path,
      'the service that it asked is retired: becomes watttime-v3, marginal factors; see that the account and the region are known there',
    )
    return { kind: 'watttime-v3', region, auth }
  }

  #auth(parameters: Parameters, { notes, keeper }: AssetContext): Options {
    const user = parameters.text('usr')
    const password = parameters.text('pwd')
    if (password !== '') notes.plain(parameters.at('pwd'), 'the password')
    const account = JSON.stringify([user, password])
    const reference = this.#accounts.get(account) ?? keeper.password(`watttime-${slugOf(user)}`, password)
    this.#accounts.set(account, reference)
    return { user, password: { ...reference } }
  }
}

function addressOf(url: string): Options {
  if (!/^http:/i.test(url)) return { url }
  return { url, tls: { allow: 'lan-http', reason: 'the mirror has no TLS' } }
}
