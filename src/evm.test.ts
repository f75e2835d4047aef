import { expect, test } from 'vitest'
import * as evm from './evm.ts'

test('energyweb/evm opens on exactly these', () => {
  const names = Object.entries(evm).map(([name, value]) => `${name}: ${typeof value}`)
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "EvmContract: function",
      "EvmError: function",
      "EvmNetwork: function",
      "UsnContract: function",
      "UsnDevice: function",
      "contractEvent: function",
      "environmentSigner: function",
      "ethereumAddress: function",
      "fixedPrice: function",
      "followEvents: function",
      "freeOfCharge: object",
      "networkPresets: object",
      "openKeystore: function",
      "openTokenKey: function",
      "parsePrivateKey: function",
      "parseUsnDeviceName: function",
      "readAbi: function",
      "secp256k1Signer: function",
      "usnAbi: object",
      "usnCoin: string",
      "usnDeviceId: function",
      "usnProperties: function",
      "usnPropertyBits: function",
    ]
  `)
})
