import { EnergywebError } from '../../core/errors.ts'
import { defineCommand, texts, word } from '../command.ts'
import { dataOptions } from '../data-folder.ts'
import { exitCodes } from '../exit-codes.ts'
import { matching, plainIdentifier } from '../ids/identifier.ts'
import { identifiedWords, identifiersOf } from '../ids/identifiers-of.ts'
import { parseIdentifier } from '../ids/parse-identifier.ts'
import { printable } from '../printable.ts'

/** `energyweb id check` */
export const idCheckCommand = defineCommand({
  name: 'id check',
  summary: 'Say whether a CID or a UUID belongs to an entry or a file',
  description:
    'Works all identifiers out again, as `id show` does, and says which of them each given one is. Give it as somebody else has it: a CID in any base, ipfs://…, a UUID, or what a contract holds, which is 0x and the 16 bytes of a UUID, the 32 bytes of a digest or leaf hash, or a UUID in the first half of 32 bytes. Ends with 1 when one of them belongs to nothing of it.',
  arguments: { what: word(identifiedWords) },
  options: { ...dataOptions, id: texts('id', 'a CID, a UUID, or bytes of a contract') },
  examples: [
    {
      command: 'id check roof/3 --id 8c4ad29c-8e4a-5b39-a3f2-6d7f2c1f9c5e',
      description: 'is it the UUID of entry 3 of roof?',
    },
    {
      command: 'id check ./download.xml --id bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
      description: 'is the file what that CID names?',
    },
  ],
  async run({ what, id, ...place }, { io, printer }) {
    if (id.length === 0) {
      throw new EnergywebError('argument-invalid', 'no identifier is given', {
        hint: 'Give one or more with --id.',
      })
    }
    const given = id.map(text => ({ text, read: parseIdentifier(text) }))
    const { identifiers, missing } = await identifiersOf(what, place, io)
    const checked = given.map(({ text, read }) => ({ given: text, is: matching(identifiers, read) }))
    const ok = checked.every(({ is }) => is.length > 0)
    const { green, red } = printer.style
    const lines = checked.map(({ given: text, is }) => {
      if (is.length === 0) return `${red('no')}: ${printable(text)} is nothing of ${printable(what)}`
      return `${green('yes')}: ${printable(text)} is the ${is.map(one => `${one.kind} of ${nameOf(one.of, what)} (${one.by})`).join(', and the ')}`
    })
    const plain = checked.map(({ given: text, is }) => ({ given: text, is: is.map(plainIdentifier) }))
    await printer.data({ what, ok, checked: plain, missing }, lines.join('\n'))
    for (const why of missing) await printer.note(why)
    return ok ? exitCodes.ok : exitCodes.failed
  },
})

function nameOf(of: string, what: string): string {
  return of === 'entry' || of === 'file' ? `the ${of} ${what}` : `the ${of} of ${what}`
}
