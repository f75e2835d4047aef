import type { Signer } from '../../core/signer.ts'
import { sendSigned } from '../contract/send-signed.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { accountOf } from '../evm/transaction.ts'
import type { RegistrySender } from './installation.ts'

/**
 * An account that administers registries, for programs: signs here, sends, and waits for the block.
 * @throws EnergywebError `key-invalid` for a signer that signs for no chain
 *
 * @example
 * const admin = signedSender(network, await environmentSigner({ variable: 'ADMIN_KEY', algorithm: 'secp256k1' }))
 * await UserRegistry.of(place).register('0x…', { organization: 'Sonne eG' }, admin)
 */
export function signedSender(network: EvmNetwork, signer: Signer): RegistrySender {
  return {
    address: accountOf(signer),
    async send({ what, to, data }) {
      const { variant } = await sendSigned(network, { what, to, data, value: 0n, abi: [] }, { signer })
      const { hash, logs } = await network.waitFor(variant.hash)
      return { transaction: hash, logs }
    },
  }
}
