import { EnergywebError, messageOf, toEnergywebError } from '../../core/errors.ts'
import { type Cryptoki, loadCryptoki } from './cryptoki.ts'
import { endWithParent } from './end-with-parent.ts'
import { faceOf, tokensOf } from './find-token.ts'
import type { PlainError, TokenAnswer, TokenAnswers, TokenRequest } from './protocol.ts'
import { tokenError } from './token-errors.ts'
import { TokenSession } from './token-session.ts'

// A process of its own: a vendor's library may hang or crash, and then this one is killed and another started. PIN and data
// come over the channel between the two, never as arguments or in the environment.

let cryptoki: Cryptoki | undefined
let session: TokenSession | undefined

process.on('message', (request: TokenRequest) => {
  process.send?.(answerTo(request))
})
// Without its parent there is nobody to answer; the token hears that we go.
process.once('disconnect', () => {
  try {
    cryptoki?.C_Finalize()
  } finally {
    process.exit()
  }
})
endWithParent()
// These come to the whole group: the parent may still have something to sign, and takes this process along when it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

function answerTo(request: TokenRequest): TokenAnswer {
  try {
    return { value: perform(request) }
  } catch (error) {
    return { error: plain(tokenError(error, 'the token')) }
  }
}

function perform(request: TokenRequest): TokenAnswers[keyof TokenAnswers] {
  if (request.ask === 'tokens') return tokensOf(initialized(request.library)).map(({ info }) => faceOf(info))
  if (request.ask === 'open') {
    session = TokenSession.open(initialized(request.library), request)
    return session.face
  }
  if (session === undefined) throw new EnergywebError('internal', 'no token is open')
  if (request.ask === 'probe') return session.probe()
  if (request.ask === 'keys') return session.keys()
  if (request.ask === 'key') return session.key(request.key)
  if (request.ask === 'sign') return Uint8Array.from(session.sign(request.key, request))
  if (request.ask === 'decrypt') return Uint8Array.from(session.decrypt(request.key, request))
  if (request.ask === 'generate-wrapping') return session.generateWrapping(request)
  if (request.ask === 'destroy') return session.destroy(request)
  return session.generate(request)
}

function initialized(library: string): Cryptoki {
  if (cryptoki !== undefined) return cryptoki
  const opened = binding()
  try {
    opened.load(library)
  } catch (cause) {
    throw new EnergywebError('key-invalid', `${library} is no PKCS#11 library: ${messageOf(cause)}`, {
      hint: 'It is a file that the maker of the token gives, like /usr/lib/softhsm/libsofthsm2.so, made for this machine.',
      cause,
    })
  }
  try {
    opened.C_Initialize()
  } catch (error) {
    throw tokenError(error, library)
  }
  cryptoki = opened
  return opened
}

function binding(): Cryptoki {
  try {
    return loadCryptoki()
  } catch (cause) {
    throw new EnergywebError(
      'dependency-missing',
      `PKCS#11 needs the package pkcs11js: ${firstLine(cause)}`,
      {
        hint: 'It is compiled at installation: install python3, make and a C++ compiler (Debian: apt-get install python3 make g++), then `npm install pkcs11js` and, where npm ran no scripts, `npm rebuild pkcs11js`.',
        cause,
      },
    )
  }
}

function firstLine(cause: unknown): string {
  return messageOf(cause).split('\n', 1)[0] ?? ''
}

function plain(error: EnergywebError): PlainError {
  const { code, message, hint, retryable } = toEnergywebError(error)
  return { code, message, retryable, ...(hint !== undefined && { hint }) }
}
