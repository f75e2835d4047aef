import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { attributeWords, plainTokenKey, tokenKeyLines } from '../token-key-face.ts'
import { keysNamed, tokenOptions, tokenPlace } from '../token-options.ts'

/** `energyweb keys attest` */
export const keysAttestCommand = defineCommand({
  name: 'keys attest',
  summary: 'Have a token say that its key never left it',
  description:
    "Asks the token whether a key was made inside it, was never shown in plain and could never be taken out (CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE), and has the key sign once. It is the token's own word, given to whoever stands before it: it convinces nobody who is not there. Ends with 1 when the token says no, or does not say.",
  arguments: {},
  options: tokenOptions,
  examples: [
    {
      command:
        'keys attest --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token ew --label meter --pin-file token.pin',
      description: 'tells where the key meter was made, and whether it can leave',
    },
  ],
  async run(input, { io, printer }) {
    const place = await tokenPlace(input, io)
    const { openTokenKey, tokenKeys } = await import('../../keys/index.ts')
    const keys = keysNamed(await tokenKeys(place), input)
    let isAttested = true
    for (const key of keys) {
      const { algorithm, label, id } = key
      const says = attributeWords(key).every(([, value]) => value === true)
      if (algorithm !== undefined) {
        const opened = await openTokenKey({ ...place, key: { label, id }, expect: algorithm })
        try {
          await opened.signer.sign(new Uint8Array(32), { algorithm })
        } finally {
          opened.close()
        }
      }
      isAttested &&= says
      const verdict = says
        ? 'the token says that this key never left it'
        : 'the token does not say that this key never left it'
      await printer.data(
        { ...plainTokenKey(key, undefined), attested: says },
        `${tokenKeyLines(key, undefined).join('\n')}\n${verdict}`,
      )
    }
    return isAttested ? exitCodes.ok : exitCodes.failed
  },
})
