import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileContracts, type GeneratedFile } from './compile.ts'

describe('what is committed of the contracts', () => {
  let files: GeneratedFile[]
  beforeAll(async () => {
    files = await compileContracts()
  })

  test('is what the compiler makes of them now, byte for byte (else: node contracts/compile.ts)', async () => {
    expect(files.length).toBeGreaterThan(0)
    for (const { path, text } of files) {
      const committed = await readFile(new URL(`../${path}`, import.meta.url), 'utf8')
      expect(committed === text, `${path} is up to date`).toBe(true)
    }
  })

  test('knows neither this folder nor the hash of any metadata', () => {
    for (const { path, text } of files) {
      expect(text, path).not.toContain(process.cwd())
      // 0x64 'ipfs' 0x58 0x22: how the compiler embeds a metadata hash.
      expect(text, path).not.toContain('6469706673')
    }
  })
})
