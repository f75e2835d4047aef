import { carriedCid, contentOf } from '../carried-name.ts'
import { defineLedger, type LedgerContext, type LedgerContract } from '../defined/define-ledger.ts'
import { registryAbi } from './abi.ts'
import { followCertificates } from './certificates.ts'
import { checkAsset } from './check.ts'
import { ContractAddresses } from './contract-addresses.ts'
import { linkText } from './link-text.ts'
import { type OriginBLine, type OriginBOptions, originBLine, originBOptions } from './options.ts'
import { linkOfRead } from './read-link.ts'
import { Retirements } from './retirements.ts'

// Certificates keep a copy of their matchers: with ten, the most there can be, a first reading takes 763,000 gas at London rules.
const gasCap = 1_100_000n

/** Origin release B: rising totals, each with the leaf hash of its entry as text, and certificates minted inside of them. */
export const ledger = defineLedger({
  name: 'origin-b',
  title: 'EWF Origin, release B',
  description: `Registers rising totals, whole Wh, in the producing and consuming asset registries of EWF Origin, release B. With each
goes the leaf hash of the entry that is registered, which stands for all entries up to it. A reading without a whole Wh more is
skipped with its reason. Where the asset's owner has named the market lookup, the contract mints a certificate for each reading
of a producer; it is recorded beside the readings, and so is its retirement.

An asset keeps its account for life: **release B can't change the key**. Keep a copy of it.`,
  proof: 'the contracts of ew-asset-registry-contracts and ew-origin-contracts 0.0.99, on a local node',
  caution:
    'release B can never give the asset another key: who loses this one, file or password, can never register its readings again. Keep a copy elsewhere',
  needs: 'increasing',
  options: originBOptions,
  line: originBLine,
  publishes: ({ carries }) => contentOf(carries),
  example: {
    ledger: "kind: origin-b\nnetwork: ewc\nassetLookup: '0x5FbDB2315678afecb367f032d93F642f64180aa3'",
    report: 'ledger: origin\nassetId: 0\nkey: roof',
  },
  create,
})

function create(options: OriginBOptions, { name, log }: LedgerContext): LedgerContract<OriginBLine> {
  const addresses = new ContractAddresses(options, name)
  const retirements = new Retirements()
  const told = new Set<string>()
  return {
    abi: registryAbi,
    gasCap,
    event: 'LogNewMeterRead',
    addressOf: line => addresses.of(line),
    ...(addresses.areLookedUp && { locate: (line, { chain }) => addresses.find(line, chain) }),
    async check(line, { account, chain }) {
      const asset = await checkAsset(line, { ledger: name, address: addresses.of(line), account, chain })
      if (asset.total > 0n || told.has(line.name)) return
      told.add(line.name)
      log.warn(
        { line: line.name, account },
        `release B can't give an asset another key: keep a copy of ${line.key}, without it the asset can never be written again`,
      )
    },
    async readTotal(line, { chain }) {
      const call = { functionName: 'getLastMeterReadingAndHash', args: [line.target.assetId] }
      const said = await chain.read({ address: addresses.of(line), abi: registryAbi }, call)
      const { lastSmartMeterReadWh: total, lastSmartMeterReadFileHash: link } = said as LastReading
      return { total, link }
    },
    call: ({ target: { assetId, carries } }, { total, entry, names }) => ({
      functionName: 'saveSmartMeterRead',
      // An operator's decision has no raw bytes: it carries its hash.
      args: [assetId, total, carriedCid(names, carries) ?? linkText(entry.leafHash)],
    }),
    linkOf: ({ args }) => String(args[2]),
    eventArgs: ({ target }) => ({ assetId: target.assetId }),
    async registered(line, event, { chain }) {
      const { assetId, oldMeterRead, newMeterRead } = event.args
      if (assetId !== line.target.assetId) return undefined
      if (typeof oldMeterRead !== 'bigint' || typeof newMeterRead !== 'bigint') return undefined
      const link = await linkOfRead(event, { chain })
      return { total: newMeterRead, before: oldMeterRead, link }
    },
    async certificates(line, asking) {
      if (line.role !== 'producer') return []
      return followCertificates(line, { ...asking, registry: addresses.of(line), log, retirements })
    },
  }
}

/** As the ABI says. */
interface LastReading {
  readonly lastSmartMeterReadWh: bigint
  readonly lastSmartMeterReadFileHash: string
}
