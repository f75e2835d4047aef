import { z } from 'zod'
import { printableUrl } from '../core/printable-url.ts'
import type { Source, SourceContext } from '../core/source.ts'
import { provenBy } from '../core/tls-policy.ts'
import { acceptAnswer, basicAuthorization, expectMediaType } from './answers.ts'
import { type AnySourceDefinition, defineSource } from './define-source.ts'
import { basicAuth, httpAddress, tlsExceptions, tlsPolicy } from './options.ts'
import { meterState, oddities } from './sunspec-meter.ts'
import { parseSunSpecData } from './sunspec-xml.ts'

/** What tells the firmwares of the Verbund Eumel data logger apart. */
export interface EumelFirmware {
  readonly name: string
  readonly firmware: string
  /** Where its data are. */
  readonly path: string
  /** What a user of this firmware must know; Markdown. */
  readonly remark: string
}

const options = z.strictObject({
  url: httpAddress('address of the data logger, without a path'),
  tls: tlsPolicy(),
  auth: basicAuth().optional(),
})

/** Declares the driver of one firmware: the document is the same, the address is not. */
export function defineEumel({ name, firmware, path, remark }: EumelFirmware): AnySourceDefinition {
  return defineSource({
    name,
    title: `Verbund Eumel data logger ${firmware}`,
    description: `Reads the lifetime counters \`TotWhImp\` (channel \`import\`) and \`TotWhExp\` (channel \`export\`) from
\`GET ${path}\`, SunSpec Data Exchange XML in Wh with two decimals. Times are UTC.

${remark}

The device speaks plain HTTP only, so \`tls\` needs \`allow: lan-http\` with a reason, or a proxy with TLS before it.`,
    proof: {
      level: 'simulator',
      text: 'invented values in answers with the structure and the irregularities of the devices; tried on none of them',
    },
    values: ['counter'],
    channels: ['import', 'export'],
    plaintextCredentials: true,
    options,
    example: `kind: ${name}
url: http://192.168.1.20
tls: { allow: lan-http, reason: device has no TLS }
auth: { user: admin, password: { file: ./eumel.password } }`,
    create: (options, context) => openEumel({ ...options, kind: name, path }, context),
  })
}

interface EumelOptions extends z.output<typeof options> {
  readonly kind: string
  readonly path: string
}

function openEumel({ kind, path, url: base, tls, auth }: EumelOptions, context: SourceContext): Source {
  const http = context.http({ tls, plaintextCredentials: true })
  const url = `${base}${path}`
  const where = printableUrl(url)
  const headers = auth === undefined ? {} : { authorization: basicAuthorization(auth) }
  let inspected = false
  return {
    kind,
    exceptions: tlsExceptions(tls, { url, credentials: auth !== undefined }),
    provenBy: () => provenBy(http),
    async read({ channel, signal }) {
      const answer = acceptAnswer(await http.get({ url, headers, signal }), where)
      expectMediaType(answer, /[/+]xml$|^text\/plain$|^application\/octet-stream$/)
      const devices = parseSunSpecData(answer.bytes, where)
      const { warnings, ...state } = meterState(devices, channel, where)
      if (!inspected) warnings.push(...oddities(devices))
      inspected = true
      const raw = { bytes: answer.bytes, mediaType: answer.mediaType || 'text/xml' }
      return { readings: [{ ...state, channel, kind: 'counter', raw }], warnings }
    },
    close: () => http.close(),
  }
}
