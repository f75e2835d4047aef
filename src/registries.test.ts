import { expect, test } from 'vitest'
import * as registries from './registries.ts'

test('energyweb/registries opens on exactly these', () => {
  const names = Object.entries(registries).map(([name, value]) => `${name}: ${typeof value}`)
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "AssetRegistry: function",
      "UserRegistry: function",
      "holdersOf: function",
      "maskOf: function",
      "namesOfMask: function",
      "openRegistries: function",
      "plantTypes: object",
      "registerAssetA: function",
      "registerAssetB: function",
      "rolesHeld: function",
      "rolesOf: function",
      "setMarketLookup: function",
      "setMatcher: function",
      "signedSender: function",
      "updateMeter: function",
    ]
  `)
})
