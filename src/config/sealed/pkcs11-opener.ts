import { createHash } from 'node:crypto'
import { equalBytes } from '../../core/bytes.ts'
import type { KeyName, TokenPlace } from '../../keys/index.ts'
import { withoutOpeningVariables } from '../opening-variables.ts'
import { givenSecret, placeWords } from './given-secret.ts'
import type { Opener } from './opener.ts'
import type { WrappedKey } from './sealed-header.ts'
import { trustedLibrary } from './trusted-library.ts'

type Wrapped = Extract<WrappedKey, { kind: 'pkcs11' }>

/** Where the PIN of the token is looked for without being told. */
export const pinVariable = 'ENERGYWEB_TOKEN_PIN'
const pinCredential = 'energyweb-token-pin'

/**
 * A data key, encrypted for an RSA key that lives in a token.
 * @param from - where the PIN will be looked for
 */
export async function wrapByToken(
  dataKey: Uint8Array,
  { place, key, from }: { readonly place: TokenPlace; readonly key: KeyName; readonly from?: Wrapped['pin'] },
): Promise<Wrapped> {
  const { wrapByTokenKey } = await import('../../keys/index.ts')
  const { wrapped, hash, publicKey } = await wrapByTokenKey(dataKey, { ...place, key })
  const { library, token, serial } = place
  return {
    kind: 'pkcs11',
    hash,
    ...key,
    key: Buffer.from(wrapped),
    library,
    ...(from && { pin: from }),
    publicKey: sha256(publicKey),
    ...(serial !== undefined && { serial }),
    ...(token !== undefined && { token }),
  }
}

/** Opens by the token that holds the key: it decrypts, and the key stays in it. */
export const pkcs11Opener: Opener<'pkcs11'> = {
  async unwrap({ key: wrapped, hash, publicKey, label, id, token, serial, pin: from, ...named }, context) {
    const library = await trustedLibrary(named.library, context.folder)
    const what = `PIN of the token ${token ?? serial}`
    const places = { variable: pinVariable, credential: pinCredential, from, what }
    const pin = await givenSecret(places, context)
    context.addSecret?.(pin)
    const { unwrapByTokenKey } = await import('../../keys/index.ts')
    return unwrapByTokenKey(
      { wrapped, hash },
      {
        library,
        pin,
        // What says where its tokens are, and not what opens configurations.
        environment: withoutOpeningVariables(context.environment ?? process.env),
        key: { ...(label !== undefined && { label }), ...(id !== undefined && { id }) },
        ...(token !== undefined && { token }),
        ...(serial !== undefined && { serial }),
        signal: context.signal,
        isKey: found => equalBytes(sha256(found), publicKey),
      },
    )
  },
  describe({ label, id, token, serial, pin }) {
    const words = `key ${label ?? `with id ${id}`} of the token ${token ?? `with serial number ${serial}`}`
    return pin === undefined ? words : `${words}, its PIN ${placeWords(pin)}`
  },
}

function sha256(bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(bytes).digest())
}
