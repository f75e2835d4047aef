import { z } from 'zod'
import { httpAddress } from '../options.ts'

/** What the versions of WattTime have in common. */
export const region = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'expected a region like CAISO_NORTH')
  .meta({ description: 'abbreviation of the grid region, like CAISO_NORTH' })

/** A token of versions 2 and 3 lives 30 minutes. */
export const tokenKeptFor = 25 * 60_000
/** The longest time of one request, and the longest period of one value. */
export const longestPart = 32 * 86_400_000
export const longestPeriod = 3_600_000
/** 32 days of five minutes are 1.2 MB. */
export const mostBytes = 8_388_608

/** The address of a version whose own host answers no more. */
export const mirrorAddress = httpAddress(
  "address of your mirror or replay server, without the version's path; needed, for the service's own host is retired",
).optional()

/** Refuses options of a retired version that name no mirror. */
export function requireMirror<Options extends { readonly url?: string | undefined }>(
  options: Options,
  context: z.core.$RefinementCtx,
): Options & { readonly url: string } {
  const { url } = options
  if (url !== undefined) return { ...options, url }
  const message =
    'is missing: WattTime has retired this version and its host; name a mirror of your own, or use watttime-v3'
  context.addIssue({ code: 'custom', path: ['url'], message })
  return z.NEVER
}
