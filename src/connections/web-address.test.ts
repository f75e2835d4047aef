import { expect, test } from 'vitest'
import { httpAddress } from './connection-fields.ts'
import { openFetch, openHttpClient, webSocketOpener } from './index.ts'
import { webAddress } from './web-address.ts'

const policy = { tls: 'required' } as const

/** Addresses that look like one host and lead to another, or carry a secret. */
const disguised = [
  '//meter.example@127.0.0.1/',
  '//meter.example:443@127.0.0.1/',
  '//user:secret@meter.example/',
  '//:secret@meter.example/',
  '//meter.example%2f@127.0.0.1/',
]

test.each(disguised)(
  '%s is taken by nothing that opens connections, and no message tells what stood before the @',
  async rest => {
    const http = openHttpClient({ ...policy, plaintextCredentials: false })
    const openSocket = await webSocketOpener({ policy })
    const attempts = [
      async () => http.get({ url: `https:${rest}`, signal: AbortSignal.timeout(5_000) }),
      async () => openFetch({ policy })(`https:${rest}`, { method: 'GET' }),
      async () => openSocket(`wss:${rest}`),
    ]
    for (const attempt of attempts) {
      const error: unknown = await attempt().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'argument-invalid',
        message: expect.stringMatching(/holds credentials$/),
      })
      expect(String(error)).not.toMatch(/secret|@/)
    }
    expect(httpAddress('an address').safeParse(`https:${rest}`).success).toBe(false)
  },
)

test.each(['ftp://meter.example', 'file:///etc/passwd', 'meter.example', 'javascript:1', 'https://', ''])(
  '"%s" is no address',
  text => {
    expect(() => webAddress(text, ['http', 'https'])).toThrow(/not an http or https address/)
  },
)

test('what follows a backslash or a fragment is no host', () => {
  const hostOf = (text: string) => webAddress(text, ['https']).hostname
  expect(hostOf('https://meter.example\\@127.0.0.1/')).toBe('meter.example')
  expect(hostOf('https://meter.example#@127.0.0.1/')).toBe('meter.example')
  expect(hostOf('https://meter.example?@127.0.0.1/')).toBe('meter.example')
})
