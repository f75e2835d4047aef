import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasIssuer } from '../support/issuer.ts'
import { hasReleaseB } from '../support/release-b.ts'
import { runDay } from './day.ts'
import { fewHours } from './scenario.ts'

const isHere = [hasReleaseB(), hasIssuer()].every(Boolean)

test.skipIf(!isHere)(
  'one gateway reports to four kinds of ledgers through a kill, an outage and reorganisations: every Wh is where it belongs',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-e2e-'))
    const told: string[] = []
    const { lines, wrong } = await runDay(fewHours(7), { folder, tell: line => told.push(line) })
    const story = told.join('\n')
    expect(wrong, story).toEqual([])
    expect(
      lines.flatMap(({ line, differences }) => differences.map(one => `${line}: ${one}`)),
      story,
    ).toEqual([])
    for (const { line, onChain, transactions } of lines) {
      expect(onChain, line).toBeGreaterThan(0n)
      expect(transactions, line).toBeGreaterThan(0)
    }
    rmSync(folder, { recursive: true })
  },
  600_000,
)
