import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take longest by the clock, half a minute and more on two quiet cores, longest first. Vitest remembers durations, but
 * not in a clean clone: begun late, one of these would run on alone at the end.
 */
export const longestFiles: readonly string[] = [
  'test/events/crash.test.ts',
  'test/storage/crash.test.ts',
  'test/e2e/few-hours.test.ts',
  'test/package/package.test.ts',
  'test/crash/gateway-crash.test.ts',
  'test/ledgers/conform.test.ts',
  'test/keys/gateway.test.ts',
  'test/events/follow.property.test.ts',
  'test/ledgers/outage.test.ts',
  'test/storage/power-cut.test.ts',
  'test/logs/hostile-collector.test.ts',
  'test/page/evil-files.test.ts',
  'test/cli/registries.test.ts',
  'test/e2e-logs/short.test.ts',
  'test/metrics/rules.test.ts',
  'test/publishing/readers.test.ts',
  'test/demo/demo.test.ts',
  'test/sealed/token.test.ts',
  'test/examples/my-ledger.test.ts',
  'test/gateway/predecessor.test.ts',
  'test/page/verify-page.test.ts',
  'test/ledgers/origin-a-conformance.test.ts',
  'test/crash/anchor-crash.test.ts',
  'test/ledgers/origin-b-conformance.test.ts',
  'test/sources/meter-contracts.test.ts',
  'test/ledgers/issuer-commands.test.ts',
  'test/storage/erase.test.ts',
  'test/ledgers/deep-reorg.test.ts',
  'test/ledgers/defined/conformance.test.ts',
  'test/prove/adjacent-periods.test.ts',
  'test/prove/prove.test.ts',
  'test/witness/crash.test.ts',
  'test/evidence/independent-check.test.ts',
  'test/tls/command-line.test.ts',
  'test/evidence/vectors.test.ts',
  'test/events/reorg.test.ts',
  'test/cli/init-terminal.test.ts',
  'test/evm/durable-crash.test.ts',
  'contracts/compile.test.ts',
  'test/dispatcher/workers.test.ts',
]

/** Begins with the longest files; those that share processes come last, side by side, so that each next one finds a process. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => isShared(a) - isShared(b) || this.#rank(a) - this.#rank(b))
  }

  #rank({ moduleId }: TestSpecification): number {
    const at = longestFiles.indexOf(relative(this.ctx.config.root, moduleId))
    return at === -1 ? longestFiles.length : at
  }
}

const isShared = ({ project }: TestSpecification) => Number(!project.config.isolate)
