import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import { producingBytecode } from '../../src/ledgers/origin-a/generated/energy-registry.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { networkOf, signerOf } from '../evm/probe.ts'
import { type Fork, forks, forkTable } from './fork-table.ts'

/* Which kind of ledger registers on the rules of which hard fork, on anvil. */

const isBefore = (fork: Fork, other: Fork) => forks.indexOf(fork) < forks.indexOf(other)

/** Ends the chain with the test, however that ends. */
function untilEnd(): AbortSignal {
  const ended = new AbortController()
  onTestFinished(() => ended.abort())
  return ended.signal
}

describe.each(forkTable)('$kind on $contracts', ({ register, runsFrom, promised, older, isHere }) => {
  for (const hardfork of forks) {
    const isOld = isBefore(hardfork, runsFrom)
    const name = isOld ? `${hardfork}: ${older?.text}` : `${hardfork}: registers, to the end`
    test.skipIf(!isHere)(name, { timeout: 60_000 }, async () => {
      const registered = register({ hardfork, signal: untilEnd() })
      if (isOld) return expect(registered).rejects.toThrow(older?.error)
      const { chain, expected, states } = await registered
      expect(chain).toEqual(expected)
      expect(states).toEqual(expected.map(() => 'final'))
    })
  }

  test('runs on all that is promised', () => {
    expect(isBefore(promised, runsFrom)).toBe(false)
  })
})

describe('a contract that is created by a program', () => {
  async function deployAt(hardfork: Fork, bytecode: string) {
    const anvil = await startAnvil({ hardfork, signal: untilEnd() })
    const network = await networkOf(anvil.url)
    const deployed = network.deploy({ abi: [], bytecode, signer: await signerOf(anvil, 1), pollEvery: 50 })
    return { anvil, deployed }
  }

  // PUSH0, which compilers emit unless they are told not to, came with shanghai.
  test.each([
    ['byzantium', producingBytecode],
    ['london', '0x5f5ff3'],
  ] as const)(
    'and is too new for %s is refused before anything is sent, with what to look at',
    async (fork, code) => {
      const { anvil, deployed } = await deployAt(fork, code)
      await expect(deployed).rejects.toMatchObject({
        code: 'transaction-reverted',
        hint: expect.stringMatching(/compiled for a newer hard fork/),
      })
      const nonce = await anvil.rpc('eth_getTransactionCount', [anvil.accounts[1]?.address, 'pending'])
      expect(nonce).toBe('0x0')
    },
  )

  test('is there on one that knows its opcodes', async () => {
    const { deployed } = await deployAt('istanbul', anchorBytecode)
    expect((await deployed).contract.address).toMatch(/^0x[0-9a-f]{40}$/i)
  })
})

test('the table of docs/ledgers/forks.md is this one', () => {
  const rows = forkTable.map(
    ({ kind, contracts, promised, runsFrom, older }) =>
      `| \`${kind}\` | ${contracts} | ${promised} | ${runsFrom} | ${older?.text ?? '-'} |`,
  )
  const page = readFileSync(new URL('../../docs/ledgers/forks.md', import.meta.url), 'utf8')
  expect(page.split('\n').filter(line => line.startsWith('| `'))).toEqual(rows)
})
