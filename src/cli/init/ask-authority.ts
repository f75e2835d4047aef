import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Prompts } from '../prompts.ts'

/**
 * Asks for the certificate of one's own authority.
 * @returns its file, in full: the configuration that is written may lie in another folder than the one where it is typed
 */
export async function askAuthority(prompts: Prompts): Promise<string> {
  const file = await prompts.text({
    message: "The authority's certificate, a PEM file like ./ca.pem (not the device's own)",
    validate: text => authorityProblem(resolve(text.trim())),
  })
  return resolve(file.trim())
}

/** What is wrong with a file that is to be the certificate of an authority, or nothing. */
export function authorityProblem(path: string): string | undefined {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing ? `there is no ${path}` : `${path} can't be read`
  }
  try {
    const { ca, subject } = new X509Certificate(pem)
    if (ca) return undefined
    return `that is the certificate of ${subject.replaceAll('\n', ', ').slice(0, 100)}, which is no authority`
  } catch {
    // What OpenSSL says of a file that is none names its own sources.
    return `${path} is no certificate in PEM (-----BEGIN CERTIFICATE-----)`
  }
}
