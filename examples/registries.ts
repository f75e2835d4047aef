import { EvmNetwork, environmentSigner } from 'energyweb/evm'
import { AssetRegistry, openRegistries, signedSender, UserRegistry } from 'energyweb/registries'

// ADMIN_KEY=… node registries.ts https://volta-rpc.energyweb.org <chain id> <any contract of the installation> <account>
const [rpc = '', chainId = '', address = '', account = ''] = process.argv.slice(2)

const network = await EvmNetwork.open({ chainId: BigInt(chainId), rpc: [rpc] })
const place = await openRegistries(network, [{ address }])
console.log(`release ${place.found.release} on chain ${network.chainId}`)

const admin = signedSender(
  network,
  await environmentSigner({ variable: 'ADMIN_KEY', algorithm: 'secp256k1' }),
)
const users = UserRegistry.of(place)
const { user, transactions } = await users.register(account, { organization: 'Sonne eG' }, admin)
console.log(`${user.details.organization} is registered, in ${transactions.length} transactions`)

for await (const asset of AssetRegistry.of(place, 'producer').newest({ limit: 10 })) {
  console.log(`plant ${asset.id}: ${asset.lastRead} Wh`)
}
