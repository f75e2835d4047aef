import { describe, expect, it } from 'vitest'
import { openHttpClient } from '../connections/http-client.ts'
import type { CarbonSource } from '../core/carbon.ts'
import type { Logger } from '../core/logger.ts'
import type { Instant } from '../core/time.ts'
import { type CarbonSubject, carbonCases, runCarbonCase } from '../testing/carbon-conformance.ts'
import { goldenFolder } from '../testing/source-conformance-golden.ts'
import { loadCarbonSource } from './catalogue.ts'
import { sourceContext } from './context.ts'

const password = 'correct-horse-battery'
const user = 'reader-of-the-test'
const base64 = (text: string) => Buffer.from(text).toString('base64')
const tls = { allow: 'lan-http', reason: 'test on the loopback interface' }
const limited = (total: number) => ({ connect: total, headers: total, body: total, total })

/** The suite's server has no TLS, so credentials may go to it without; that drivers refuse this is tested beside them. */
const context = (now: Instant, { patience, log }: { patience: number; log: Logger }) => ({
  ...sourceContext({
    clock: { now: () => now, monotonic: () => performance.now(), after: () => () => undefined },
    log,
  }),
  http: ({ tls }: Parameters<typeof openHttpClient>[0]) =>
    openHttpClient({ tls, plaintextCredentials: true, limits: limited(patience) }),
})

/** How a kind is opened at the suite's server. */
function subject(kind: string, options: object, secrets: readonly string[] = []): CarbonSubject {
  return {
    folder: goldenFolder(kind),
    secrets,
    async open({ origin, options: more, now, patience, log }): Promise<CarbonSource> {
      const { open } = await loadCarbonSource(kind)
      return open({ url: origin, tls, ...options, ...more }, context(now, { patience, log }))
    },
  }
}

const auth = { user, password }
const ofAuth = [password, base64(`${user}:${password}`), encodeURIComponent(password)]
const token = 'electricity-maps-token-of-the-test'

const subjects: Readonly<Record<string, CarbonSubject>> = {
  'electricity-maps': subject('electricity-maps', { zone: 'AT', auth: { token } }, [token]),
  'uk-carbon-intensity': subject('uk-carbon-intensity', {}),
  'watttime-v1': subject('watttime-v1', { region: 'BPA', auth }, [
    ...ofAuth,
    '0a1b2c-third-token-of-the-test',
  ]),
  'watttime-v2': subject('watttime-v2', { region: 'CAISO_NORTH', auth }, [
    ...ofAuth,
    'eyJ-second-token-of-the-test',
  ]),
  'watttime-v3': subject('watttime-v3', { region: 'CAISO_NORTH', auth }, [
    ...ofAuth,
    'eyJ-first-token-of-the-test',
  ]),
}

// (U21) No factor without a service that answers: every transport case ends in an error, none in a value.
for (const [kind, one] of Object.entries(subjects)) {
  describe(`${kind} conforms`, () => {
    it.concurrent.each(carbonCases(one.folder).map(item => [item.name, item] as const))(
      '%s',
      async (_, item) => {
        const { passed, detail } = await runCarbonCase(item, one)
        expect(detail).toBe('')
        expect(passed).toBe(true)
      },
    )
  })
}
