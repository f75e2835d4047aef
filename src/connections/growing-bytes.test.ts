import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GrowingBytes } from './growing-bytes.ts'

test('whatever the pieces are, all of them come out in order, whoever changes them later', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 }), pieces => {
      const bytes = new GrowingBytes()
      const given = pieces.map(piece => piece.slice())
      for (const piece of given) bytes.add(piece)
      for (const piece of given) piece.fill(0)
      const all = pieces.flatMap(piece => [...piece])
      expect(bytes.length).toBe(all.length)
      expect([...bytes.taken()]).toEqual(all)
    }),
  )
})
