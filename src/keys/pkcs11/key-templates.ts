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

/** What the private half is told: it stays where it is. */
export function privateTemplate({ label, id }: NewKey): Attribute[] {
  return [
    { type: cka.token, value: true },
    { type: cka.private, value: true },
    { type: cka.label, value: label },
    { type: cka.id, value: Buffer.from(fromHex(id)) },
    { type: cka.sign, value: true },
    { type: cka.sensitive, value: true },
    { type: cka.extractable, value: false },
  ]
}
