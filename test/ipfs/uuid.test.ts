import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entryUri, entryUuid } from '../../src/proof/ids/derived-ids.ts'
import { urlNamespace, uuidV5, uuidV8OfName, uuidVersion } from '../../src/proof/ids/uuid.ts'
import { named } from '../storage/machine.ts'
import { library, missingLibraries } from './libraries.ts'

// The judge is the package `uuid`, for all that it makes; for version 8 it says what is one.

describe.skipIf(missingLibraries !== undefined)(named('UUIDs', missingLibraries), () => {
  test('of version 5 are those of the package uuid, for any name and namespace', async () => {
    const { v5, validate, version } = await library('uuid/dist-node/index.js')
    fc.assert(
      fc.property(fc.string(), fc.uuid(), (name, namespace) => {
        const uuid = uuidV5(name, namespace)
        expect(uuid).toBe(v5(name, namespace))
        expect([validate(uuid), version(uuid)]).toEqual([true, 5])
      }),
    )
    const place = { stream: 'AAAAAAAAAAAAAAAAAAAAAA', sequence: 3 }
    expect(entryUuid(place)).toBe(v5(entryUri(place), v5.URL))
    expect(urlNamespace).toBe(v5.URL)
  })

  test('of version 8 are valid to it, and are the SHA-256 that Node makes', async () => {
    const { parse, validate, version } = await library('uuid/dist-node/index.js')
    fc.assert(
      fc.property(fc.string(), fc.uuid(), (name, namespace) => {
        const uuid = uuidV8OfName(name, namespace)
        expect([validate(uuid), version(uuid), uuidVersion(uuid)]).toEqual([true, 8, 8])
        const digest = createHash('sha256').update(parse(namespace)).update(name).digest()
        const [bytes, mask] = [
          Buffer.from(parse(uuid)),
          Buffer.from('ffffffffffff0fff3fffffffffffffff', 'hex'),
        ]
        const kept = (given: Buffer) => given.subarray(0, 16).map((byte, i) => byte & (mask[i] ?? 0))
        expect(kept(bytes)).toEqual(kept(digest))
      }),
    )
  })
})
