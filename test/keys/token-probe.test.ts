import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { EnergywebError } from '../../src/core/errors.ts'
import { type OpenedTokenKey, type OpenTokenKeyOptions, openTokenKey } from '../../src/keys/index.ts'
import { TokenHolder } from '../../src/keys/pkcs11/token-holder.ts'
import { named } from '../storage/machine.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'
import { noSwtpm, Swtpm, tpmLibrary } from '../support/swtpm.ts'

/* Tokens that come and go while nothing is signed. */

const reason = noSofthsm()
const soon = { timeout: 30_000, interval: 50 }
const probeEvery = 200

/** What a watcher hears: "there", or the code and the words of what is wrong, each only when it is new. */
function hearing() {
  const heard: string[] = []
  const listener = (trouble: EnergywebError | undefined) => {
    const word = trouble === undefined ? 'there' : `${trouble.code}: ${trouble.message}`
    if (heard.at(-1) !== word) heard.push(word)
  }
  return { heard, listener, last: () => heard.at(-1) }
}

describe.skipIf(reason !== undefined)(
  named('a token that is looked after', reason),
  { timeout: 60_000 },
  () => {
    let tokens: Softhsm
    let holder: TokenHolder

    beforeEach(() => {
      tokens = new Softhsm()
      tokens.addToken('ew')
      tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1' })
      holder = new TokenHolder({ ...place(), limit: 3_000, probeEvery })
    })
    afterEach(() => {
      holder.close()
      tokens.remove()
    })

    const place = () => ({ library: softhsmLibrary, token: 'ew', pin, environment: tokens.environment })
    const sign = () =>
      holder.ask({
        ask: 'sign',
        key: { label: 'meter' },
        mechanism: 0x1041,
        data: new Uint8Array(32).fill(7),
      })
    const pidNow = () => {
      const { pid } = holder
      if (pid === undefined) throw new Error('no process is open')
      return pid
    }

    async function open(more: Partial<OpenTokenKeyOptions> = {}): Promise<OpenedTokenKey> {
      const key = await openTokenKey({
        ...place(),
        probeEvery,
        key: { label: 'meter' },
        expect: 'secp256k1',
        ...more,
      })
      onTestFinished(() => key.close())
      return key
    }

    test('is heard of when it is pulled out, and when it is back', async () => {
      const { heard, listener, last } = hearing()
      await holder.face()
      const end = holder.watch(listener)
      await expect.poll(last, soon).toBe('there')
      tokens.takeAway()
      await expect.poll(last, soon).toMatch(/^key-unavailable/)
      tokens.bringBack()
      await expect.poll(last, soon).toBe('there')
      expect(heard).toEqual(['there', expect.stringMatching(/^key-unavailable/), 'there'])
      expect((await sign()).length).toBe(64)
      end()
      tokens.takeAway()
      await new Promise(resolve => setTimeout(resolve, 5 * probeEvery))
      expect(heard).toHaveLength(3)
    })

    test('whose process was killed is there again at once: nobody hears that it was away', async () => {
      const { heard, listener } = hearing()
      await holder.face()
      holder.watch(listener)
      const first = pidNow()
      process.kill(first, 'SIGKILL')
      await expect.poll(() => holder.pid !== undefined && holder.pid !== first, soon).toBe(true)
      await expect.poll(() => heard, soon).toEqual(['there'])
      expect((await sign()).length).toBe(64)
    })

    test('whose library hangs is away until a new process answers', async () => {
      const { listener, last } = hearing()
      await holder.face()
      holder.watch(listener)
      const first = pidNow()
      process.kill(first, 'SIGSTOP')
      await expect
        .poll(last, soon)
        .toBe('key-unavailable: the process that holds the PKCS#11 library gave no answer within 3 s')
      await expect.poll(last, soon).toBe('there')
      expect(pidNow()).not.toBe(first)
      expect(() => process.kill(first, 0)).toThrow('ESRCH')
    })

    test('whose PIN was changed meanwhile is tried once with the old one, and never again', async () => {
      const { heard, listener, last } = hearing()
      await holder.face()
      holder.watch(listener)
      tokens.changePin('ew', pin, '8765')
      process.kill(pidNow(), 'SIGKILL')
      await expect.poll(last, soon).toMatch(/^key-password: the token ew: the PIN is wrong/)
      expect(tokens.slots()).toMatch(/user PIN count low/)
      // The right PIN sets the count back; had the old one been tried once more, it would be low again.
      tokens.changePin('ew', '8765', '9876')
      expect(tokens.slots()).not.toMatch(/user PIN count low/)
      await new Promise(resolve => setTimeout(resolve, 10 * probeEvery))
      await expect(sign()).rejects.toMatchObject({ code: 'key-password', retryable: false })
      expect(tokens.slots()).not.toMatch(/user PIN count low/)
      expect(heard.filter(word => word.startsWith('key-password'))).toHaveLength(1)
    })

    test('with another one of its name in its place signs nothing, and both accounts are named', async () => {
      const { listener, last } = hearing()
      const key = await open()
      key.watch(listener)
      await expect.poll(last, soon).toBe('there')
      tokens.takeAway()
      tokens.makeRoom()
      tokens.addToken('ew')
      tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1' })
      await expect.poll(last, soon).toMatch(/^key-invalid/)
      const other = /is another key now: (0x\w{40}), not (0x\w{40})$/.exec(last() ?? '') ?? []
      expect(other[2]).toBe(key.address)
      expect(other[1]).not.toBe(key.address)
      const digest = new Uint8Array(32).fill(3)
      await expect(key.signer.sign(digest, { algorithm: 'secp256k1' })).rejects.toMatchObject({
        code: 'key-unavailable',
        retryable: true,
        message: `the token ew, key meter, is another key now: ${other[1]}, not ${other[2]}`,
      })
      tokens.destroy()
      tokens.bringBack()
      await expect.poll(last, soon).toBe('there')
      expect((await key.signer.sign(digest, { algorithm: 'secp256k1' })).length).toBe(65)
    })

    test('keys of one token are told each for itself', async () => {
      tokens.makeKey('ew', { label: 'log', type: 'EC:edwards25519', id: '02' })
      const [meter, log] = [hearing(), hearing()]
      const [meterKey, logKey] = [await open(), await open({ key: { label: 'log' }, expect: 'ed25519' })]
      meterKey.watch(meter.listener)
      logKey.watch(log.listener)
      tokens.takeAway()
      tokens.makeRoom()
      tokens.addToken('ew')
      tokens.makeKey('ew', { label: 'log', type: 'EC:edwards25519', id: '02' })
      await expect.poll(meter.last, soon).toBe('key-invalid: the token ew has no private key meter')
      await expect.poll(log.last, soon).toMatch(/^key-invalid: the token ew, key log, is another key now/)
      tokens.destroy()
      tokens.bringBack()
      await expect.poll(meter.last, soon).toBe('there')
      await expect.poll(log.last, soon).toBe('there')
    })
  },
)

const noTpm = noSwtpm()

describe.skipIf(noTpm !== undefined)(named('a TPM that is looked after', noTpm), () => {
  test('is heard of when it goes and comes; a login that died with it is made anew', {
    timeout: 120_000,
  }, async () => {
    const tpm = await Swtpm.start('ewtpm')
    onTestFinished(() => tpm.remove())
    tpm.makeKey('ewtpm', 'evidence')
    const holder = new TokenHolder({
      library: tpmLibrary ?? '',
      token: 'ewtpm',
      pin: tpm.pin,
      environment: tpm.environment,
      probeEvery,
    })
    onTestFinished(() => holder.close())
    const { heard, listener, last } = hearing()
    await holder.face()
    holder.watch(listener)
    await expect.poll(last, soon).toBe('there')
    tpm.unplug()
    await expect.poll(last, soon).toMatch(/^key-unavailable/)
    tpm.plugIn()
    await expect.poll(last, soon).toBe('there')
    const data = new Uint8Array(32).fill(9)
    const sign = () => holder.ask({ ask: 'sign', key: { label: 'evidence' }, mechanism: 0x1041, data })
    expect((await sign()).length).toBe(64)

    // Between two looks: tpm2-pkcs11 reconnects and tells of a token that is there, while its login is dead. A signature notices.
    const { openings } = holder
    tpm.unplug()
    tpm.plugIn()
    expect((await sign()).length).toBe(64)
    expect(holder.openings).toBe(openings + 1)
    expect(heard.filter(word => word !== 'there')).toHaveLength(1)
  })
})
