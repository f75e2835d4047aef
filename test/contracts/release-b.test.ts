import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployReleaseB, hasReleaseB, type ReleaseB } from '../support/release-b.ts'
import { type CaseB, certificateCasesB, creationCasesB, readingCasesB } from './release-b-cases.ts'
import { deployReleaseBDouble } from './release-b-double.ts'
import { type KindB, WorldB } from './release-b-world.ts'

/*
 * What release B does, case by case: of the contracts as npm carries them, and of our stand-in, which has to be the same
 * wherever it is used in place of them.
 */

const cases: readonly CaseB[] = [...readingCasesB, ...creationCasesB, ...certificateCasesB]
const kinds: readonly KindB[] = ['producing', 'consuming']

describe.each([
  { name: 'the originals', isHere: hasReleaseB(), deploy: deployReleaseB, hardfork: 'london' },
  {
    name: 'the originals at byzantium',
    isHere: hasReleaseB(),
    deploy: deployReleaseB,
    hardfork: 'byzantium',
  },
  { name: 'the stand-in', isHere: true, deploy: deployReleaseBDouble, hardfork: 'london' },
  { name: 'the stand-in at byzantium', isHere: true, deploy: deployReleaseBDouble, hardfork: 'byzantium' },
])('Origin release B, $name', ({ isHere, deploy, hardfork }) => {
  let anvil: Anvil
  let releaseB: ReleaseB

  beforeAll(async () => {
    if (!isHere) return
    anvil = await startAnvil({ noMining: true, hardfork })
    releaseB = await deploy(anvil)
  })
  afterAll(() => anvil?.stop())

  describe.skipIf(!isHere).each(kinds)('%s', kind => {
    for (const { name, only, run, expected } of cases) {
      if (only !== undefined && only !== kind) continue
      test(name, async () => {
        expect(await run(new WorldB(anvil, releaseB, kind))).toEqual(expected)
      })
    }
  })
})
