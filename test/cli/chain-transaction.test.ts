import { expect, test } from 'vitest'
import { sendTransaction } from '../../src/cli/chain-transaction.ts'
import { fromHex } from '../../src/core/bytes.ts'
import { systemClock } from '../../src/core/clock.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import { accountOf } from '../../src/ledgers/evm/transaction.ts'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { startAnvil } from '../../src/testing/anvil.ts'

test('what an administrator sent and the node has lost, is sent again, the same bytes', async () => {
  const anvil = await startAnvil({ noMining: true })
  try {
    const network = await EvmNetwork.open({ name: 'local', ...networkPresets.local, rpc: [anvil.url] })
    const signer = await secp256k1Signer(fromHex(anvil.accounts[0]?.privateKey ?? ''))
    const sent: string[] = []
    const onSent = async (_: string, hash: string) => void sent.push(hash)
    const account = { network, signer, address: accountOf(signer), clock: systemClock, onSent }
    const to = anvil.accounts[1]?.address ?? '0x'
    const waiting = sendTransaction(account, { what: 'greet', to, data: '0x' })
    await expect.poll(() => sent.length, { timeout: 20_000 }).toBe(1)
    await anvil.rpc('anvil_dropAllTransactions')
    const [hash] = sent
    await expect.poll(() => anvil.rpc('eth_getTransactionByHash', [hash]), { timeout: 20_000 }).not.toBeNull()
    await anvil.mine()
    expect(await waiting).toMatchObject({ transaction: hash, succeeded: true, nonce: 0 })
  } finally {
    await anvil.stop()
  }
}, 60_000)
