import { expect, test } from 'vitest'
import * as door from './identifiers.ts'

test('the door of identifiers holds exactly these', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "CarReader",
      "EnergywebError",
      "UnixFsFile",
      "carBlock",
      "carHeader",
      "contentUri",
      "contentUuids",
      "decodeCid",
      "encodeCid",
      "entryUri",
      "entryUuid",
      "formatCid",
      "isEnergywebError",
      "leafUuid",
      "nobleHashes",
      "originOfUuid",
      "parseCid",
      "rawCid",
      "readUnixFsFile",
      "readUnixFsFolder",
      "sameCid",
      "unixFsCid",
      "unixFsFolder",
      "unixFsProfiles",
      "urlNamespace",
      "uuidBytes",
      "uuidV5",
      "uuidV8",
      "uuidV8OfName",
      "uuidVersion",
    ]
  `)
})
