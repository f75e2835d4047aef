import type { ChainView, ContractEvent } from '../defined/define-ledger.ts'
import { certificateAbi } from './abi.ts'

/** Retirements of a contract's certificates: all lines of a ledger ask for the same ones, one after the other. */
export class Retirements {
  #asked = ''
  #events: Promise<readonly ContractEvent[]> = Promise.resolve([])

  of(
    contract: string,
    { chain, from }: { chain: ChainView; from: bigint },
  ): Promise<readonly ContractEvent[]> {
    const asked = `${contract} ${from} ${chain.block}`
    if (asked !== this.#asked) {
      this.#asked = asked
      this.#events = collected(contract, { chain, from })
      // Whoever asks next tries again.
      this.#events.catch(() => {
        if (this.#asked === asked) this.#asked = ''
      })
    }
    return this.#events
  }
}

async function collected(contract: string, { chain, from }: { chain: ChainView; from: bigint }) {
  const events: ContractEvent[] = []
  const query = { eventName: 'LogCertificateRetired', from }
  for await (const event of chain.events({ address: contract, abi: certificateAbi }, query))
    events.push(event)
  return events
}
