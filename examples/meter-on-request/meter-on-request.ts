// A task that answers on the chain when a contract asks for a meter's reading, each request once.
import { type EventTaskOptions, Task, type TaskRun, toWattHours } from 'energyweb'
import { type ContractEventItem, EvmNetwork, environmentSigner } from 'energyweb/evm'

const abi = [
  'function answers(uint256 request) view returns (uint256 wattHours, bytes32 leafHash)',
  'function answer(uint256 request, uint256 wattHours, bytes32 leafHash)',
] as const
const nothing = `0x${'0'.repeat(64)}`

type Request = ContractEventItem<'ReadingRequested', { readonly request: bigint; readonly requester: string }>
type Options = EventTaskOptions<Request> & { readonly rpc: string; readonly asset: string }

export class MeterOnRequest extends Task<Request> {
  readonly #options: Options

  constructor(options: Options) {
    super(options)
    this.#options = options
  }

  override async coroutine({ item, log: messages }: TaskRun<Request>) {
    // There is nothing to undo: the chain that took the request back has taken the answer with it.
    if (item.reverted) return
    const { request, requester } = item.args
    const { wattHours, leafHash } = await this.#newest()
    const network = await EvmNetwork.open({ preset: 'local', rpc: [this.#options.rpc] })
    const contract = await network.contract({ address: item.address, abi })
    const answered = await contract.call('answers', [request])
    // A crash may have come between the answer and the note of it: then this runs again.
    if (answered.leafHash === nothing) {
      const signer = await environmentSigner({ variable: 'METER_KEY', algorithm: 'secp256k1' })
      const sent = await contract.sendRaw('answer', [request, wattHours, leafHash], { signer })
      await sent.wait()
    }
    // The key of the event makes it one note, however often this runs for it.
    const text = `request ${request} of ${requester} is answered`
    await this.#options.log().appendOnce(item.key, this.#options.asset, 'note', { by: null, text })
    messages.info({ wattHours: wattHours.toString() }, text)
  }

  /** The register's total, and the newest entry with a reading behind it. */
  async #newest() {
    const { asset, log } = this.#options
    const { total, sequence } = await log().register(asset)
    const entries = await log().entries(asset, { after: sequence - 100, limit: 100 })
    const reading = entries.findLast(({ kind }) => kind === 'reading')
    if (reading === undefined) throw new Error(`${asset} has no reading yet`)
    const leafHash = `0x${Buffer.from(reading.leafHash).toString('hex')}` as const
    return { wattHours: toWattHours(total), leafHash }
  }
}
