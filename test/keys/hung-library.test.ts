import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing, named } from '../storage/machine.ts'

const reason = missing({ programs: ['cc'] })

/** A process that asks a library for its tokens and tells the number of the child that it started. */
const asks = (library: string) => `
  import { TokenProcess } from ${JSON.stringify(new URL('../../src/keys/pkcs11/token-process.ts', import.meta.url).href)}
  import { systemClock } from ${JSON.stringify(new URL('../../src/core/clock.ts', import.meta.url).href)}
  const child = new TokenProcess({ environment: process.env, clock: systemClock, limit: 60_000 })
  console.log(child.pid)
  child.ask({ ask: 'tokens', library: ${JSON.stringify(library)} }).catch(() => undefined)
`

function isThere(pid: number): boolean {
  try {
    // Also what is dead and waits for somebody to take note of it is gone.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe.skipIf(reason !== undefined)(named('a library that never comes back', reason), () => {
  let folder: string
  let library: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'energyweb-hung-'))
    library = join(folder, 'hung.so')
    const source = join(folder, 'hung.c')
    const reached = JSON.stringify(join(folder, 'reached'))
    writeFileSync(
      source,
      `#include <stdio.h>\n#include <unistd.h>\nunsigned long C_GetFunctionList(void *list) { fclose(fopen(${reached}, "w")); for (;;) pause(); return 0; }\n`,
    )
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('does not outlive a gateway that was killed', async () => {
    const script = join(folder, 'asks.ts')
    writeFileSync(script, asks(library))
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    const reached = () => readFileSync(join(folder, 'reached'), 'utf8')
    await expect.poll(reached, { timeout: 20_000 }).toBe('')
    parent.kill('SIGKILL')
    await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false)
  }, 60_000)

  test('that crashes leaves no core dump, which would hold the PIN', async () => {
    const source = join(folder, 'crashes.c')
    const crashes = join(folder, 'crashes.so')
    writeFileSync(
      source,
      '#include <stdlib.h>\nunsigned long C_GetFunctionList(void *list) { abort(); return 0; }\n',
    )
    execFileSync('cc', ['-shared', '-fPIC', '-o', crashes, source])
    const script = join(folder, 'asks-once.ts')
    writeFileSync(script, asks(crashes))
    const cwd = mkdtempSync(join(folder, 'cwd-'))
    const raised = ['-c', 'ulimit -S -c unlimited; exec "$0" "$@"', process.execPath, script]
    const parent = spawn('/bin/sh', raised, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
    await once(parent, 'exit')
    expect(isThere(pid)).toBe(false)
    expect(readdirSync(cwd)).toEqual([])
    expect(limits).toMatch(/^Max core file size +0 +0 /m)
  }, 60_000)
})
