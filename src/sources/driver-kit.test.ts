import { expect, test } from 'vitest'
import * as kit from './driver-kit.ts'

test('whoever writes a driver elsewhere finds exactly these', () => {
  expect(Object.keys(kit).sort()).toMatchInlineSnapshot(`
    [
      "EnergywebError",
      "JsonNumber",
      "acceptAnswer",
      "basicAuth",
      "basicAuthorization",
      "carbonFactor",
      "defineCarbonSource",
      "defineSource",
      "duration",
      "expectMediaType",
      "formatInstant",
      "httpAddress",
      "inOrder",
      "isEnergywebError",
      "malformed",
      "millijoulesPer",
      "optionalDuration",
      "parseCarbonFactor",
      "parseEnergy",
      "parseExactJson",
      "parseInstant",
      "personal",
      "plausibleEnergy",
      "power",
      "printableUrl",
      "provenBy",
      "secret",
      "silentLogger",
      "sourceContext",
      "systemClock",
      "time",
      "tlsExceptions",
      "tlsPolicy",
      "toIntensities",
      "z",
    ]
  `)
})
