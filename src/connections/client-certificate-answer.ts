/** An answer that says no more than that is not longer. */
export const longestClientCertificateAnswer = 4_096

/**
 * True for the answer of a server that finishes the handshake and then tells in HTTP that it misses our certificate, or does not
 * take it: nginx with `ssl_verify_client` (its statuses 495 and 496, sent as 400), and those that behave like it.
 */
export function isClientCertificateAnswer({ status, text }: { status: number; text: string }): boolean {
  if (status === 495 || status === 496) return true
  return status === 400 && /SSL certificate (error|was sent)/i.test(text)
}
