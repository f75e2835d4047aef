import { readText } from '../../config/read-text.ts'
import { editionWords } from '../../config/sealed/edition.ts'
import { describeOpener } from '../../config/sealed/open-sealed.ts'
import { isSealed, longestSealed, parseSealed } from '../../config/sealed/sealed-format.ts'
import type { WrappedKey } from '../../config/sealed/sealed-header.ts'
import { keyCredential } from '../../config/sealed/systemd-opener.ts'
import { EnergywebError } from '../../core/errors.ts'

/**
 * What the header of a sealed configuration says; it is not opened.
 * @throws EnergywebError `argument-invalid` for a plain one; `config-invalid`
 */
export async function openersShown(file: string): Promise<{ data: object; lines: readonly string[] }> {
  const text = await readText(file, longestSealed)
  if (!isSealed(text)) {
    throw new EnergywebError('argument-invalid', `${file} is not sealed: anybody opens it`, {
      hint: 'Seal it with `energyweb config seal`.',
    })
  }
  const { cipher, format, openers, edition = 0 } = parseSealed(text, file).header
  const shown = openers.map(opener => ({
    kind: opener.kind,
    opener: describeOpener(opener),
    unit: unitLine(opener),
  }))
  return {
    data: { file, version: 1, cipher, format, edition, openers: shown },
    lines: [
      `${file}: energyweb-sealed v1, ${cipher}, ${format}`,
      editionWords(edition),
      ...shown.flatMap(({ opener, unit }) => [
        `opens by: ${opener}`,
        ...(unit === undefined
          ? []
          : ['  in the section [Service] of a unit, for a service that is not root:', `  ${unit}`]),
      ]),
    ],
  }
}

function unitLine(opener: WrappedKey): string | undefined {
  if (opener.kind !== 'systemd') return undefined
  return `SetCredentialEncrypted=${keyCredential}: ${Buffer.from(opener.credential).toString('base64')}`
}
