import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Evidence, encodeEvidence } from '../../src/proof/evidence/index.ts'
import { checkLog } from '../../src/storage/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { flavours, OriginBWorld } from '../ledgers/origin-b-world.ts'
import { checkedByPython } from '../support/independent-check.ts'
import { counter, key, may, prove, quarter, record, roofLog, sign } from './support.ts'

/* Readings that mint certificates, from the register to the chain, back into the log, and out in evidence. */

describe.each(flavours)('certificates of release B, $flavour', ({ deploy, isHere }) => {
  let world: OriginBWorld
  beforeAll(async () => {
    if (isHere) world = await OriginBWorld.open(deploy)
  })
  afterAll(() => world?.anvil.stop())

  test.skipIf(!isHere)(
    'are in evidence, sum up to what was counted, and stand on the chain',
    async () => {
      const asset = await world.asset('roof')
      await world.releaseB.mintCertificates(asset.id, asset.owner)
      const log = await roofLog()
      const ledger = async () => {
        const opened = await world.ledger(asset, { stores: log, certificates: log, cursors: log })
        await world.settle(opened)
        return opened
      }
      await record(
        log,
        Array.from({ length: 9 }, (_, i) => counter(i)),
      )
      await (await ledger()).close()
      const issued = await log.certificates(asset.line.name)
      await world.releaseB.certificates.send('retireCertificate', [issued[3]?.id], { from: asset.owner })
      await world.anvil.mine(5)
      await record(
        log,
        Array.from({ length: 4 }, (_, i) => counter(9 + i)),
      )
      await (await ledger()).close()
      await sign(log)
      expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true })

      // Two hours, each quarter of which was registered and certified by itself.
      const period = { from: may, to: may + 8 * quarter }
      const evidence = await prove(log.folder, { period })
      const verify = async (file: Evidence, ...rpc: string[]) => {
        writeFileSync(join(log.folder, 'roof.json'), encodeEvidence(file))
        const words = ['verify', 'roof.json', '--key', key, '--json', ...rpc.flatMap(url => ['--rpc', url])]
        const { code, stdout } = await energyweb(words, { cwd: log.folder })
        const { certificates, steps, claim } = JSON.parse(stdout)
        const step = steps.find((one: { name: string }) => one.name === 'chain-records')
        return { code, certificates, step, claim }
      }
      const offline = await verify(evidence)
      const energies = offline.certificates.map(({ energy }: { energy: string }) => BigInt(energy))
      const sum = energies.reduce((all: bigint, energy: bigint) => all + energy, 0n)
      expect([offline.code, sum * 3_600_000n]).toEqual([0, BigInt(offline.claim.energy)])
      expect(offline.certificates.map(({ state }: { state: string }) => state)).toContain('retired')
      const looked = await verify(evidence, world.anvil.url)
      expect([looked.code, looked.step.state, looked.step.text]).toEqual([
        0,
        'holds',
        expect.stringMatching(/^All \d+ records were looked up on chain 31337/),
      ])
      const text = await energyweb(['verify', 'roof.json', '--key', key], { cwd: log.folder })
      expect(text.stdout).toContain('1 retired by the ledger origin: 0.25 kWh')
      const path = join(log.folder, 'roof.json')
      expect(await checkedByPython([path], key)).toEqual([
        expect.stringMatching(/^good: .*certified by origin up to entry \d+: (\d+) of \1 Wh(?!,)/),
      ])

      // A chain that has other blocks in their places gives the lie to what the file says of it.
      await world.anvil.rpc('anvil_reorg', [12, []])
      const { code, step } = await verify(evidence, world.anvil.url)
      const findings: readonly { code: string; text: string }[] = step.findings
      expect([code, [...new Set(findings.map(finding => finding.code))]]).toEqual([1, ['chain-contradicts']])
      expect(findings.some(({ text: said }) => said.includes('the certificate '))).toBe(true)
    },
    60_000,
  )
})
