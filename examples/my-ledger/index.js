import { contractAddress, defineLedger, notReady, parseAbi, stringToHex, z } from 'energyweb/ledgers'

const abi = parseAbi([
  'function count(bytes32 meter, uint256 total, bytes32 entry)',
  'function meters(bytes32 meter) view returns (address writer, uint256 total, bytes32 entry)',
  'function paused() view returns (bool)',
  'event Counted(bytes32 indexed meter, uint256 before, uint256 total, bytes32 entry)',
])

export const ledger = defineLedger({
  name: 'my-ledger',
  title: 'Meter book',
  description: 'One total for each meter, which only its writer raises.',
  proof: 'the conformance suite, on anvil',
  needs: 'increasing',
  options: z.strictObject({ contract: contractAddress('the MeterBook') }),
  line: z.strictObject({ meter: z.string().max(32).meta({ description: 'name of the meter there' }) }),
  example: {
    ledger: "kind: my-ledger\nnetwork: ewc\ncontract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'\n",
    report: 'ledger: book\nkey: roof\nmeter: roof\n',
  },
  create({ contract }) {
    const book = { address: contract, abi }
    const idOf = meter => stringToHex(meter, { size: 32 })
    return {
      abi,
      gasCap: 150_000n,
      addressOf: () => contract,
      // What the contract would refuse, said before anything is sent.
      async check({ name, target }, { account, chain }) {
        if (await chain.read(book, { functionName: 'paused', args: [] })) {
          throw notReady(`${name}: the meter book is paused`, 'Ask its owner.')
        }
        const { writer } = await chain.read(book, { functionName: 'meters', args: [idOf(target.meter)] })
        if (writer.toLowerCase() === account) return
        throw notReady(
          `${name}: ${target.meter} is written by ${writer}`,
          `Ask its owner to register ${account}.`,
        )
      },
      async readTotal({ target }, { chain }) {
        const { total, entry } = await chain.read(book, {
          functionName: 'meters',
          args: [idOf(target.meter)],
        })
        return { total, link: entry }
      },
      call: ({ target }, { total, entry }) => ({
        functionName: 'count',
        args: [idOf(target.meter), total, entry.leafHash],
      }),
      linkOf: ({ args }) => String(args[2]),
      // The event that proves it, and how that of this line is found.
      event: 'Counted',
      eventArgs: ({ target }) => ({ meter: idOf(target.meter) }),
      registered: (_line, { args }) => ({ before: args.before, total: args.total, link: args.entry }),
    }
  },
})
