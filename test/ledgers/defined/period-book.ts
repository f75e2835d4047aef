import { parseAbi, stringToHex } from 'viem'
import { z } from 'zod'
import { EnergywebError } from '../../../src/core/errors.ts'
import { defineLedger } from '../../../src/ledgers/defined/define-ledger.ts'

const abi = parseAbi([
  'function claim(bytes32 meter, uint64 from, uint64 to, uint256 energy, uint256 sum, bytes32 root)',
  'function sums(bytes32 meter) view returns (uint256)',
  'function writers(bytes32 meter) view returns (address)',
  'event Claimed(bytes32 indexed meter, uint64 from, uint64 to, uint256 energy, uint256 sum, bytes32 root)',
])

const seconds = (instant: number) => BigInt(instant / 1_000)

/** The contract `PeriodBook` of the tests as a kind of ledger. */
export const periodBook = defineLedger({
  name: 'period-book',
  title: 'Period book',
  description: 'The energy of each period.',
  proof: 'The tests of energyweb.',
  needs: 'interval',
  options: z.strictObject({ contract: z.string() }),
  line: z.strictObject({ meter: z.string().max(32) }),
  example: {
    ledger: "kind: period-book\nnetwork: local\ncontract: '0x5fbdb2315678afecb367f032d93f642f64180aa3'\n",
    report: 'ledger: book\nkey: meter\nmeter: roof\n',
  },
  create({ contract }) {
    const at = { address: contract, abi }
    const id = (meter: string) => stringToHex(meter, { size: 32 })
    return {
      abi,
      gasCap: 200_000n,
      event: 'Claimed',
      addressOf: () => contract,
      async check({ target, name }, { account, chain }) {
        const writer = await chain.read(at, { functionName: 'writers', args: [id(target.meter)] })
        if (String(writer).toLowerCase() === account) return
        throw new EnergywebError('ledger-not-ready', `${name}: written by ${writer}, not by ${account}`, {
          retryable: true,
        })
      },
      async readTotal({ target }, { chain }) {
        const total = await chain.read(at, { functionName: 'sums', args: [id(target.meter)] })
        return { total: total as bigint }
      },
      call({ target }, { total, before, period }) {
        if (period === undefined) throw new EnergywebError('internal', 'no period')
        const { from, to, root } = period
        const args = [id(target.meter), seconds(from), seconds(to), total - before, total, root]
        return { functionName: 'claim', args }
      },
      periodOf: ({ args }) => ({ from: Number(args[1]) * 1_000, to: Number(args[2]) * 1_000 }),
      eventArgs: ({ target }) => ({ meter: id(target.meter) }),
      registered: (_line, { args }) => ({ total: args.sum as bigint, link: args.root as string }),
      linkOf: ({ args }) => String(args[5]),
    }
  },
})
