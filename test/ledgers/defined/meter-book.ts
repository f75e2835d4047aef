import { parseAbi, stringToHex } from 'viem'
import { z } from 'zod'
import { EnergywebError } from '../../../src/core/errors.ts'
import type { EventOf } from '../../../src/ledgers/contract/contract-types.ts'
import { defineLedger } from '../../../src/ledgers/defined/define-ledger.ts'

const abi = parseAbi([
  'function count(bytes32 meter, uint256 total, bytes32 entry)',
  'function meters(bytes32 meter) view returns (address writer, uint256 total, bytes32 entry)',
  'function paused() view returns (bool)',
  'event Counted(bytes32 indexed meter, uint256 before, uint256 total, bytes32 entry)',
])

const notReady = (message: string, hint: string) =>
  new EnergywebError('ledger-not-ready', message, { hint, retryable: true })

/** The contract `MeterBook` of the tests as a kind of ledger, which counts `unit` Wh as one. */
const bookOf = (name: string, unit: bigint) =>
  defineLedger({
    name,
    unit,
    title: 'Meter book',
    description: 'A total for each meter.',
    proof: 'The tests of energyweb.',
    needs: 'increasing',
    options: z.strictObject({ contract: z.string() }),
    line: z.strictObject({ meter: z.string().max(32) }),
    example: {
      ledger: "kind: meter-book\nnetwork: local\ncontract: '0x5fbdb2315678afecb367f032d93f642f64180aa3'\n",
      report: 'ledger: book\nkey: meter\nmeter: roof\n',
    },
    create({ contract }) {
      const at = { address: contract, abi }
      const id = (meter: string) => stringToHex(meter, { size: 32 })
      return {
        abi,
        gasCap: 200_000n,
        event: 'Counted',
        addressOf: () => contract,
        async check({ target, name }, { account, chain }) {
          const paused = await chain.read(at, { functionName: 'paused', args: [] })
          if (paused) throw notReady(`${name}: the meter book is paused`, 'Ask its owner.')
          const { writer } = await chain.read(at, {
            functionName: 'meters',
            args: [id(target.meter)],
          })
          if (writer.toLowerCase() === account) return
          throw notReady(
            `${name}: ${target.meter} is written by ${writer}, not by ${account}`,
            'Ask its owner to register it.',
          )
        },
        async readTotal({ target }, { chain }) {
          const { total, entry } = await chain.read(at, {
            functionName: 'meters',
            args: [id(target.meter)],
          })
          return { total: total * unit, link: entry }
        },
        call: ({ target }, { total, entry }) => ({
          functionName: 'count',
          args: [id(target.meter), total / unit, entry.leafHash],
        }),
        eventArgs: ({ target }) => ({ meter: id(target.meter) }),
        registered: (_line, { args }: EventOf<typeof abi, 'Counted'>) => ({
          total: args.total * unit,
          before: args.before * unit,
          link: args.entry,
        }),
        linkOf: ({ args }) => String(args[2]),
      }
    },
  })

export const meterBook = bookOf('meter-book', 1n)
export const meterBookOfKWh = bookOf('meter-book-of-kwh', 1_000n)
