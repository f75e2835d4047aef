import { expect, test } from 'vitest'
import { testLog } from '../../test/storage/support.ts'
import { isEnergywebError } from '../core/errors.ts'

/** Each is given where the types of a JavaScript caller's document would say no. */
const broken: readonly [string, 'note' | 'gap', unknown, RegExp, RegExp][] = [
  ['is no object', 'note', null, /a note\/1 document is an object, not null/, /by, text/],
  ['is a list', 'note', ['x'], /a note\/1 document is an object, not a list/, /by, text/],
  [
    'has a field too many',
    'note',
    { by: null, text: 'x', energy: 5n },
    /a note\/1 document has no field "energy"/,
    /by, text/,
  ],
  [
    'has a field of another name',
    'gap',
    { detail: null, since: 'x', reason: 'r', to: 'x' },
    /a gap\/1 document has no field "since"/,
    /detail, from/,
  ],
  ['lacks a field', 'note', { by: null }, /a note\/1 document needs "text"/, /null where/],
  [
    'has an undefined field',
    'note',
    { by: undefined, text: 'x' },
    /a note\/1 document needs "by"/,
    /null where/,
  ],
  [
    'has a number for text',
    'note',
    { by: 5, text: 'x' },
    /"by" of a note\/1 document must be text or null, not the number 5/,
    /bigint/,
  ],
  [
    'has an integer for text',
    'note',
    { by: 5n, text: 'x' },
    /"by" of a note\/1 document must be text or null, not the integer 5/,
    /bigint/,
  ],
  [
    'has a flag for text',
    'gap',
    { detail: true, from: 'x', reason: 'r', to: 'x' },
    /"detail" of a gap\/1 document must be text or null, not the flag true/,
    /bigint/,
  ],
  [
    'has an object for text',
    'note',
    { by: null, text: { a: 1 } },
    /"text" of a note\/1 document must be text or null, not an object/,
    /bigint/,
  ],
  [
    'holds a lone surrogate',
    'note',
    { by: null, text: '\ud83d' },
    /"text" of a note\/1 document holds a lone surrogate/,
    /Unicode/,
  ],
  [
    'holds text that is hashed as another',
    'note',
    { by: null, text: Buffer.from('0401e000', 'base64').toString() },
    /"text" of a note\/1 document .*0401e000/,
    /one character more/,
  ],
]

test.each(broken)(
  'a document that %s is refused at the append, in words, and the log goes on',
  async (_, kind, document, message, hint) => {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    const before = await log.head()
    const error: unknown = await log.append('roof', kind, document as never).then(
      () => 'appended',
      (error: unknown) => error,
    )
    expect(isEnergywebError(error, 'document-invalid')).toBe(true)
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
    expect((await log.head()).size).toBe(before.size)
    await log.append('roof', 'note', { by: null, text: 'still here' })
    await log.close()
  },
)

test('only what leaves the register alone is appended', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  for (const kind of ['poem', 'reading', 'toString', undefined]) {
    const refused = log.append('roof', kind as never, { by: null, text: 'x' })
    await expect(refused).rejects.toThrow(`an entry can't be appended as ${JSON.stringify(kind)}`)
  }
  await log.close()
})
