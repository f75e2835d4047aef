import { choice, defineCommand, requiredText, word } from '../command.ts'
import { configOption, openConfig } from '../configuration.ts'

const kinds = ['producing', 'consuming', 'both', 'anchor'] as const

/** `energyweb ledger deploy` */
export const ledgerDeployCommand = defineCommand({
  name: 'ledger deploy',
  summary: 'Deploy a registry of your own, or an anchor for logs',
  description:
    'Deploys our EnergyRegistry: the interface of Origin release A, but strict (totals never fall, nothing is initialised twice, refusals say why). The account of --key pays and becomes its owner, who alone may register assets. `anchor` deploys a CheckpointAnchor, in which any account anchors the checkpoints of its own log: it belongs to nobody, and one on a chain is enough for all. What stands on a chain is public for ever.',
  arguments: {
    network: word('name of the network in the configuration'),
    kind: choice('which: a registry of producers, of consumers, one of each, or an anchor', kinds),
  },
  options: {
    ...configOption,
    key: requiredText('name', 'the key in the configuration whose account pays and owns'),
  },
  examples: [
    {
      command: 'ledger deploy volta both --key owner',
      description:
        'deploys both registries on the test network and shows what to write into the configuration',
    },
  ],
  async run({ network, kind, key, config: given }, { io, printer }) {
    const config = await openConfig(given, io)
    const { openChainAccount } = await import('../chain-access.ts')
    const { deployRegistry } = await import('../registry-administration.ts')
    const account = await openChainAccount(config, { key, network }, { io, printer })
    if (kind === 'anchor') {
      const { deployAnchor } = await import('../deploy-contract.ts')
      const contract = await deployAnchor(account)
      const lines = ['ledgers:', `  ${network}:`, '    kind: anchor', `    network: ${network}`]
      const more = [`    contract: '${contract.address}'`, '    key: # a key of its own that anchors']
      await printer.data(
        { network, chainId: account.network.chainId, anchor: contract },
        [...lines, ...more].join('\n'),
      )
      return
    }
    const deployed: Record<string, { address: string; transaction: string; block: bigint }> = {}
    if (kind !== 'consuming') deployed.producing = await deployRegistry(account, 'producer')
    if (kind !== 'producing') deployed.consuming = await deployRegistry(account, 'consumer')
    const lines = Object.entries(deployed).map(([name, { address }]) => `    ${name}: '${address}'`)
    const snippet = ['ledgers:', '  origin:', '    kind: origin-a', `    network: ${network}`, ...lines]
    await printer.data(
      { network, chainId: account.network.chainId, owner: account.address, ...deployed },
      snippet.join('\n'),
    )
  },
})
