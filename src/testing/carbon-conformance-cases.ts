import type { CarbonBasis } from '../core/carbon.ts'
import {
  type ConformanceCase,
  type ExpectedError,
  type ServerBehaviour,
  transportVariations,
} from './source-conformance-cases.ts'

/** An intensity as JSON: the factor in attograms a kWh, as decimal text; times have three decimals. */
export interface GoldenIntensity {
  readonly from: string
  readonly to: string
  readonly factor: string
  readonly basis: CarbonBasis
  readonly scope?: 'direct' | 'lifecycle'
  readonly estimated: boolean
}

/** What one `read()` must end in. `warnings` is how many there must be. */
export type CarbonExpectation =
  | { readonly intensities: readonly GoldenIntensity[]; readonly warnings: number }
  | ExpectedError

export interface CarbonCase extends ConformanceCase<CarbonExpectation> {
  /** The time whose factors are asked for. */
  readonly from: string
  readonly to: string
  /** How many requests the server must have heard at the end; undefined: it does not matter. */
  readonly requests?: number
}

/** Behaviours of a connection, before any path is known. */
const ofTheConnection = new Set(['refuse', 'ignore'])

/**
 * What a network does to any carbon driver: to its first request, and to each further one, like those after a log-in. The
 * answers of `good` stand in the order in which they are asked for.
 */
export function carbonTransportCases(good: CarbonCase): readonly CarbonCase[] {
  const [, ...further] = Object.keys(good.answers)
  const expected = [good.expect].flat()
  const { requests: _, ...rest } = good
  const all = [...transportVariations(expected).map(one => ({ ...rest, ...one })), ...limits(rest)]
  return [
    ...all,
    ...further.flatMap(path =>
      all
        .filter(({ behaviour }) => !ofTheConnection.has(behaviour.does))
        .map(one => ({
          ...withoutCount(one),
          name: `${one.name}, at ${path}`,
          behaviour: { ...one.behaviour, at: path },
        })),
    ),
  ]
}

function withoutCount({ requests: _, ...rest }: CarbonCase): CarbonCase {
  return rest
}

/** What services do beyond what devices do: they ask for patience, and they talk. */
function limits(good: CarbonCase): CarbonCase[] {
  const failed: ExpectedError = { error: 'source-failed' }
  const vary = (
    name: string,
    behaviour: ServerBehaviour,
    expect: readonly ExpectedError[],
    requests?: number,
  ) => ({
    ...good,
    name,
    behaviour,
    expect,
    ...(requests !== undefined && { requests }),
  })
  const patience = { 'retry-after': '30' }
  return [
    vary('429 is heeded', { does: 'status', status: 429, headers: patience }, [failed, failed, failed], 1),
    vary('429 without a time is heeded', { does: 'status', status: 429 }, [failed, failed], 1),
    vary(
      '503 with a time is heeded',
      { does: 'status', status: 503, headers: patience },
      [failed, failed],
      1,
    ),
    vary('400 that tells what was sent', { does: 'echo', status: 400 }, [failed]),
    vary('422 that tells what was sent', { does: 'echo', status: 422 }, [failed]),
    vary('403 that tells what was sent', { does: 'echo', status: 403 }, [{ error: 'source-unauthorized' }]),
  ]
}
