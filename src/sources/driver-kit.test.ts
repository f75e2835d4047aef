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
      "defineSource",
      "duration",
      "expectMediaType",
      "formatInstant",
      "httpAddress",
      "isEnergywebError",
      "malformed",
      "millijoulesPer",
      "optionalDuration",
      "parseEnergy",
      "parseExactJson",
      "parseInstant",
      "personal",
      "plausibleEnergy",
      "power",
      "printableUrl",
      "secret",
      "silentLogger",
      "sourceContext",
      "systemClock",
      "time",
      "tlsExceptions",
      "tlsPolicy",
      "z",
    ]
  `)
})
