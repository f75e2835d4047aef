import { stringToHex } from 'viem'
import { z } from 'zod'
import { type ContentNames, defineLedger, parseAbi } from '../../../src/ledgers/ledger-kit.ts'

const abi = parseAbi([
  'struct Content { string text; bytes cid; bytes32 digest; bytes16 uuid5; bytes16 uuid8; bytes32 wide; }',
  'struct Reading { bytes32 entry; string uuid5; bytes16 uuid8; Content raw; Content document; }',
  'function count(bytes32 meter, uint256 total, Reading reading)',
  'function totals(bytes32 meter) view returns (uint256)',
  'event Named(bytes32 indexed meter, uint256 before, uint256 total, Reading reading)',
])

const inAllForms = ({ cid, uuid5, uuid8 }: ContentNames) => ({
  text: cid.text,
  cid: cid.bytes,
  digest: cid.bytes32,
  uuid5: uuid5.bytes16,
  uuid8: uuid8.bytes16,
  wide: uuid8.bytes32,
})

/** The contract `NameBook` of the tests as a kind of ledger: it is told all names of a reading, in all forms. */
export const nameBook = defineLedger({
  name: 'name-book',
  title: 'Name book',
  description: 'The names of each reading.',
  proof: 'The tests of energyweb.',
  needs: 'increasing',
  options: z.strictObject({ contract: z.string() }),
  line: z.strictObject({ meter: z.string().max(32) }),
  publishes: () => ['raw', 'document'],
  example: {
    ledger: "kind: name-book\nnetwork: local\ncontract: '0x5fbdb2315678afecb367f032d93f642f64180aa3'\n",
    report: 'ledger: names\nkey: meter\nmeter: roof\n',
  },
  create({ contract }) {
    const id = (meter: string) => stringToHex(meter, { size: 32 })
    return {
      abi,
      gasCap: 1_000_000n,
      event: 'Named',
      addressOf: () => contract,
      async check() {},
      async readTotal({ target }, { chain }) {
        const call = { functionName: 'totals', args: [id(target.meter)] } as const
        return { total: await chain.read({ address: contract, abi }, call) }
      },
      call({ target, name }, { total, entry, names: { reading, raw, document } }) {
        if (raw === undefined) throw new Error(`${name}: entry ${entry.sequence} has no raw bytes`)
        const said = {
          entry: entry.leafHash,
          uuid5: reading.uuid5.text,
          uuid8: reading.uuid8.bytes16,
          raw: inAllForms(raw),
          document: inAllForms(document),
        }
        return { functionName: 'count', args: [id(target.meter), total, said] }
      },
      eventArgs: ({ target }) => ({ meter: id(target.meter) }),
      registered: (_line, { args }) => ({
        total: BigInt(String(args.total)),
        before: BigInt(String(args.before)),
      }),
    }
  },
})
