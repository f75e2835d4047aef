import { defineCommand, flag, word } from '../command.ts'
import { dataOptions } from '../data-folder.ts'
import { plainIdentifier } from '../ids/identifier.ts'
import { identifiedWords, identifiersOf } from '../ids/identifiers-of.ts'
import { solidityForms } from '../ids/solidity-forms.ts'
import { formatTable } from '../table.ts'

/** `energyweb id show` */
export const idShowCommand = defineCommand({
  name: 'id show',
  summary: 'Work out the CIDs and UUIDs of an entry or a file, before anything is uploaded',
  description:
    'Prints every name that anybody else works out alike: CIDs of version 1 and 0 of the bytes, under the profiles of IPIP-499, and UUIDs of version 5 and 8. An entry has some of its own, and those of its raw bytes (what the source sent) and of its record (entry, document and seed). The UUIDv5 of an entry that is still to come is known, too: name its sequence. Nothing leaves this machine. docs/ipfs.md tells how each is made.',
  arguments: { what: word(identifiedWords) },
  options: {
    ...dataOptions,
    solidity: flag('as literals of Solidity, in every type that a contract may hold them in'),
  },
  examples: [
    { command: 'id show roof/3', description: 'the identifiers of entry 3 of the asset roof' },
    { command: 'id show ./report.pdf', description: 'those of a file' },
    { command: 'id show roof/3 --solidity', description: 'to be pasted into a contract or its test' },
  ],
  async run({ what, solidity, ...place }, { io, printer }) {
    const { identifiers, missing } = await identifiersOf(what, place, io)
    const head = solidity ? ['of', 'kind', 'type', 'literal', 'by'] : ['of', 'kind', 'identifier', 'by']
    const rows = identifiers.flatMap(one => {
      const { of, kind, id, by } = one
      if (!solidity) return [[of, kind, id, by]]
      return solidityForms(one).map(({ type, literal }) => [of, kind, type, literal, by])
    })
    const table = formatTable(head, rows, { heading: printer.style.bold })
    await printer.data({ what, identifiers: identifiers.map(plainIdentifier), missing }, table)
    for (const why of missing) await printer.note(why)
    return 0
  },
})
