import { expect, test } from 'vitest'
import * as kit from './ledger-kit.ts'

test('whoever adds a contract of his own finds exactly these', () => {
  expect(Object.keys(kit).sort()).toMatchInlineSnapshot(`
    [
      "EnergywebError",
      "contractAddress",
      "defineLedger",
      "formatInstant",
      "hexToString",
      "isEnergywebError",
      "keccak256",
      "ledgerDoors",
      "notReady",
      "openDefinedLedger",
      "parseAbi",
      "silentLogger",
      "stringToHex",
      "systemClock",
      "z",
    ]
  `)
})
