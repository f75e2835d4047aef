import { type DocumentSchema, schemas } from '../../core/document.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { ChainAccount } from '../chain-transaction.ts'
import { choice, defineCommand, parsed, requiredText, word } from '../command.ts'
import { configOption, openConfig } from '../configuration.ts'
import { deployFieldProof, parseSchemaName } from '../deploy-field-proof.ts'
import type { Printer } from '../printer.ts'

const kinds = ['producing', 'consuming', 'both', 'anchor', 'field-proof', 'evidence-key'] as const

/** `energyweb ledger deploy` */
export const ledgerDeployCommand = defineCommand({
  name: 'ledger deploy',
  summary: 'Deploy a registry of your own, an anchor for logs, or a verifier of fields or of evidence keys',
  description:
    'Deploys our EnergyRegistry: the interface of Origin release A, but strict (totals never fall, nothing is initialised twice, refusals say why). The account of --key pays and becomes its owner, who alone may register assets. `anchor` deploys a CheckpointAnchor, in which any account anchors the checkpoints of its own log: it belongs to nobody, and one on a chain is enough for all. `field-proof` deploys a FieldProofVerifier, which finds single fields of documents behind the commitments of their entries: one for each schema (--schema); it belongs to nobody and needs no configuration. `evidence-key` deploys an EvidenceKeyVerifier, which any contract can ask whether an evidence key has signed a checkpoint or a reading: it belongs to nobody, one on a chain is enough, and a chain without the precompile of P-256 (EIP-7951) is refused. What stands on a chain is public for ever.',
  arguments: {
    network: word('name of the network in the configuration'),
    kind: choice(
      'which: a registry of producers, of consumers, one of each, an anchor, or a verifier of fields or of evidence keys',
      kinds,
    ),
  },
  options: {
    ...configOption,
    key: requiredText('name', 'the key in the configuration whose account pays and owns'),
    schema: parsed('name', 'with field-proof: whose fields it verifies; default reading/1', parseSchemaName),
  },
  examples: [
    {
      command: 'ledger deploy volta both --key owner',
      description:
        'deploys both registries on the test network and shows what to write into the configuration',
    },
    {
      command: 'ledger deploy volta field-proof --key owner',
      description: 'deploys a verifier for fields of readings',
    },
    {
      command: 'ledger deploy sepolia evidence-key --key owner',
      description: 'deploys a verifier for evidence keys',
    },
  ],
  async run({ network, kind, key, schema, config: given }, { io, printer }) {
    if (schema !== undefined && kind !== 'field-proof')
      throw new EnergywebError('argument-invalid', '--schema is for field-proof')
    const config = await openConfig(given, io)
    const { openChainAccount } = await import('../chain-access.ts')
    const account = await openChainAccount(config, { key, network }, { io, printer })
    const place = { network, account, printer }
    if (kind === 'anchor') return anchor(place)
    if (kind === 'evidence-key') return evidenceKey(place)
    if (kind === 'field-proof') return fieldProof(place, schema ?? schemas.reading)
    return registries(place, kind)
  },
})

interface Place {
  /** Its name in the configuration. */
  readonly network: string
  readonly account: ChainAccount
  readonly printer: Printer
}

async function anchor({ network, account, printer }: Place): Promise<undefined> {
  const { deployAnchor } = await import('../deploy-contract.ts')
  const contract = await deployAnchor(account)
  const lines = ['ledgers:', `  ${network}:`, '    kind: anchor', `    network: ${network}`]
  const more = [`    contract: '${contract.address}'`, '    key: # a key of its own that anchors']
  await printer.data(
    { network, chainId: account.network.chainId, anchor: contract },
    [...lines, ...more].join('\n'),
  )
}

async function fieldProof({ network, account, printer }: Place, schema: DocumentSchema): Promise<undefined> {
  const contract = await deployFieldProof(account, schema)
  const { chainId } = account.network
  await printer.data(
    { network, chainId, schema: schema.name, fieldProof: contract },
    `${contract.address} on chain ${chainId} verifies fields of ${schema.name}`,
  )
}

async function evidenceKey({ network, account, printer }: Place): Promise<undefined> {
  const { deployEvidenceKeyVerifier } = await import('../deploy-evidence-key-verifier.ts')
  const contract = await deployEvidenceKeyVerifier(account)
  const { chainId } = account.network
  await printer.data(
    { network, chainId, evidenceKeyVerifier: contract },
    `${contract.address} on chain ${chainId} verifies what evidence keys have signed`,
  )
}

async function registries(
  { network, account, printer }: Place,
  kind: 'producing' | 'consuming' | 'both',
): Promise<undefined> {
  const { deployRegistry } = await import('../registry-administration.ts')
  const deployed: Record<string, { address: string; transaction: string; block: bigint }> = {}
  if (kind !== 'consuming') deployed.producing = await deployRegistry(account, 'producer')
  if (kind !== 'producing') deployed.consuming = await deployRegistry(account, 'consumer')
  const lines = Object.entries(deployed).map(([name, { address }]) => `    ${name}: '${address}'`)
  const snippet = ['ledgers:', '  origin:', '    kind: origin-a', `    network: ${network}`, ...lines]
  await printer.data(
    { network, chainId: account.network.chainId, owner: account.address, ...deployed },
    snippet.join('\n'),
  )
}
