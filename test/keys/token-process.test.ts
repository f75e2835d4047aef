import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TokenHolder } from '../../src/keys/pkcs11/token-holder.ts'
import { named } from '../storage/machine.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'

/* A library that hangs, and one that crashes: its process is stopped and killed under us. */

const reason = noSofthsm()

describe.skipIf(reason !== undefined)(named('the process that holds a library', reason), () => {
  const digest = new Uint8Array(32).fill(7)
  const request = { ask: 'sign', key: { label: 'meter' }, mechanism: 0x1041, data: digest } as const
  let tokens: Softhsm
  let holder: TokenHolder

  beforeEach(() => {
    tokens = new Softhsm()
    tokens.addToken('ew')
    tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1' })
    holder = new TokenHolder({
      library: softhsmLibrary,
      token: 'ew',
      pin,
      environment: tokens.environment,
      limit: 3_000,
    })
  })
  afterEach(() => {
    holder.close()
    tokens.remove()
  })

  const pidNow = () => {
    const { pid } = holder
    if (pid === undefined) throw new Error('no process is open')
    return pid
  }

  test('that was killed is started anew within the same request', async () => {
    await holder.ask(request)
    const first = pidNow()
    process.kill(first, 'SIGKILL')
    expect((await holder.ask(request)).length).toBe(64)
    expect(pidNow()).not.toBe(first)
  })

  test('that hangs is killed; who asks meanwhile hears so at once, and later it answers again', async () => {
    await holder.ask(request)
    const first = pidNow()
    process.kill(first, 'SIGSTOP')
    let turns = 0
    const ticking = setInterval(() => {
      turns += 1
    }, 10)
    await expect(holder.ask(request)).rejects.toMatchObject({
      code: 'key-unavailable',
      retryable: true,
      message: 'the process that holds the PKCS#11 library gave no answer within 3 s',
    })
    clearInterval(ticking)
    // Nobody else waited for it.
    expect(turns).toBeGreaterThan(50)
    await expect(holder.ask(request)).rejects.toMatchObject({ code: 'key-unavailable' })
    await expect
      .poll(
        () =>
          holder.ask(request).then(
            ({ length }) => length,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(64)
    expect(pidNow()).not.toBe(first)
    expect(() => process.kill(first, 0)).toThrow('ESRCH')
  })

  test('whoever gives up does not wait for a library that hangs', async () => {
    await holder.ask(request)
    process.kill(pidNow(), 'SIGSTOP')
    const giveUp = new AbortController()
    const asked = holder.ask(request, { signal: giveUp.signal })
    giveUp.abort(new Error('no longer wanted'))
    await expect(asked).rejects.toThrow('no longer wanted')
  })

  test('ends with its holder, also when it hangs', async () => {
    await holder.ask(request)
    const pid = pidNow()
    process.kill(pid, 'SIGSTOP')
    holder.close()
    const isGone = () => {
      try {
        process.kill(pid, 0)
        return false
      } catch {
        return true
      }
    }
    await expect.poll(isGone, { timeout: 10_000 }).toBe(true)
  })

  test('gets its PIN by no argument and no variable', async () => {
    const { readFileSync } = await import('node:fs')
    await holder.ask(request)
    const seen = ['cmdline', 'environ'].map(name => readFileSync(`/proc/${pidNow()}/${name}`, 'utf8'))
    expect(seen.join('')).toContain('token-child')
    expect(seen.join('').split(/[\0=]/)).not.toContain(pin)
  })
})
