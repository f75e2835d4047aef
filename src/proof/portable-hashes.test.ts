import { afterEach, expect, test, vi } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import { nobleHashes } from './hashes.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test.each([
  ['with WebAssembly', undefined],
  ['without it', { WebAssembly: undefined }],
])('%s the hashes are the same', async (_, globals) => {
  if (globals !== undefined) vi.stubGlobal('WebAssembly', globals.WebAssembly)
  const { portableHashes } = await import('./portable-hashes.ts')
  const hashes = portableHashes()
  const bytes = utf8('Zähler')
  expect(toHex(hashes.keccak256(bytes))).toBe(toHex(nobleHashes.keccak256(bytes)))
  expect(toHex(hashes.sha256(bytes))).toBe(toHex(nobleHashes.sha256(bytes)))
  expect(portableHashes()).toBe(hashes)
})
