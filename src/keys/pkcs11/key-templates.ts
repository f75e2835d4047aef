import { fromHex } from '../../core/bytes.ts'
import { type Attribute, cka } from './cryptoki.ts'

interface NewKey {
  readonly label: string
  readonly id: string
}

/** What the public half of a new key is told. */
export function publicTemplate({ label, id }: NewKey, curve: Uint8Array): Attribute[] {
  return [
    { type: cka.token, value: true },
    { type: cka.label, value: label },
    { type: cka.id, value: Buffer.from(fromHex(id)) },
    { type: cka.verify, value: true },
    { type: cka.ecParams, value: Buffer.from(curve) },
  ]
}

/** What the public half of a new RSA key is told: 65,537 is the exponent that every token takes. */
export function rsaPublicTemplate({ label, id }: NewKey, bits: number): Attribute[] {
  return [
    { type: cka.token, value: true },
    { type: cka.label, value: label },
    { type: cka.id, value: Buffer.from(fromHex(id)) },
    { type: cka.encrypt, value: true },
    { type: cka.modulusBits, value: bits },
    { type: cka.publicExponent, value: Buffer.of(1, 0, 1) },
  ]
}

/** What the private half is told: it stays where it is. */
export function privateTemplate({ label, id }: NewKey): Attribute[] {
  return [...atHome({ label, id }), { type: cka.sign, value: true }]
}

/** The same of an RSA key. That it signs nothing is not said: tpm2-pkcs11 makes no such keys. */
export function rsaPrivateTemplate({ label, id }: NewKey): Attribute[] {
  return [...atHome({ label, id }), { type: cka.decrypt, value: true }]
}

function atHome({ label, id }: NewKey): Attribute[] {
  return [
    { type: cka.token, value: true },
    { type: cka.private, value: true },
    { type: cka.label, value: label },
    { type: cka.id, value: Buffer.from(fromHex(id)) },
    { type: cka.sensitive, value: true },
    { type: cka.extractable, value: false },
  ]
}
