import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Devtools } from './devtools.ts'

/*
 * A real browser for tests of the web page: headless Chromium, driven by its DevTools protocol.
 */

const programs = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(
  name => name !== undefined && name !== '',
)

/** The browser's program; undefined where there is none. */
export function findChromium(): string | undefined {
  return programs.find(name => spawnSync(name ?? '', ['--version'], { stdio: 'ignore' }).status === 0)
}

/** What a page said or asked for, since it was opened. */
export interface PageEvents {
  /** Addresses of everything that the page or its workers asked for. */
  readonly requests: string[]
  /** Errors and warnings in the console, uncaught errors, and breaches of the page's policy. */
  readonly complaints: string[]
}

/** A tab. */
export class Tab {
  readonly events: PageEvents = { requests: [], complaints: [] }
  readonly #devtools: Devtools
  readonly #session: string

  private constructor(devtools: Devtools, session: string) {
    this.#devtools = devtools
    this.#session = session
  }

  /** @param before - a program that runs before those of the page */
  static async open(
    devtools: Devtools,
    address: string,
    { width = 1100, height = 900, before = '' } = {},
  ): Promise<Tab> {
    const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true })
    const tab = new Tab(devtools, String(sessionId))
    devtools.listen(message => tab.#heard(message.method, message.params, message.sessionId))
    for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'DOM']) await tab.send(`${domain}.enable`)
    // Workers are tabs of their own: what they ask for and say is heard too.
    await tab.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
    await tab.resize(width, height)
    if (before !== '') await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: before })
    const loaded = devtools.once('Page.loadEventFired', tab.#session)
    await tab.send('Page.navigate', { url: address })
    await loaded
    return tab
  }

  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#devtools.send(method, params, this.#session)
  }

  resize(width: number, height: number): Promise<unknown> {
    return this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    })
  }

  /** What an expression of the page's own world comes to; promises are waited for. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      // What a test runs obeys the page's policy, as the page's own program does.
      allowUnsafeEvalBlockedByCSP: false,
    })
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: Value }).value
  }

  /** Waits until an expression is true. */
  async until(expression: string, milliseconds = 60_000): Promise<void> {
    const end = Date.now() + milliseconds
    while (!(await this.evaluate<boolean>(`Boolean(${expression})`))) {
      if (Date.now() > end) throw new Error(`never came true: ${expression}`)
      await sleep(50)
    }
  }

  /** Chooses files as the browser's own dialogue does. */
  async choose(selector: string, files: readonly string[]): Promise<void> {
    const { root } = await this.send('DOM.getDocument')
    const { nodeId } = await this.send('DOM.querySelector', {
      nodeId: (root as { nodeId: number }).nodeId,
      selector,
    })
    await this.send('DOM.setFileInputFiles', { files, nodeId })
  }

  /** Drags files over the page and drops them, as a mouse does. */
  async drop(files: readonly string[], at = { x: 300, y: 300 }): Promise<void> {
    const data = { items: [], files, dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'])
      await this.send('Input.dispatchDragEvent', { type, ...at, data })
  }

  async press(key: string): Promise<void> {
    const text = key === 'Enter' ? '\r' : undefined
    const code = { Enter: 13, Tab: 9, ArrowRight: 39, ArrowLeft: 37, End: 35, Home: 36 }[key]
    const event = { key, code: key, windowsVirtualKeyCode: code, ...(text && { text }) }
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event })
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event })
  }

  async type(text: string): Promise<void> {
    await this.send('Input.insertText', { text })
  }

  /** A picture of the whole page, PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true })
    return Buffer.from(String(data), 'base64')
  }

  /** The page as it is printed, PDF. */
  async print(): Promise<Buffer> {
    const { data } = await this.send('Page.printToPDF', { printBackground: false, preferCSSPageSize: true })
    return Buffer.from(String(data), 'base64')
  }

  #heard(method: string, params: Record<string, unknown>, session: string | undefined): void {
    if (method === 'Target.attachedToTarget' && session === this.#session) {
      this.#joined(String(params.sessionId))
      return
    }
    if (session !== this.#session && !this.#workers.has(session ?? '')) return
    if (method === 'Network.requestWillBeSent') {
      this.events.requests.push((params as { request: { url: string } }).request.url)
    }
    const complaint = complaintOf(method, params)
    if (complaint !== undefined) this.events.complaints.push(complaint)
  }

  readonly #workers = new Set<string>()

  #joined(session: string): void {
    this.#workers.add(session)
    const begin = async () => {
      for (const method of ['Runtime.enable', 'Network.enable', 'Runtime.runIfWaitingForDebugger']) {
        await this.#devtools.send(method, {}, session)
      }
    }
    begin().catch((error: unknown) => {
      // A worker that was ended before it began has nothing to say.
      if (String(error).includes('Session with given id not found')) return
      this.events.complaints.push(`a worker could not be heard: ${error}`)
    })
  }
}

function complaintOf(method: string, params: Record<string, unknown>): string | undefined {
  if (method === 'Runtime.exceptionThrown') return JSON.stringify(params.exceptionDetails)
  if (method === 'Runtime.consoleAPICalled' && ['error', 'warning', 'assert'].includes(String(params.type))) {
    return JSON.stringify(params.args)
  }
  if (method !== 'Log.entryAdded') return undefined
  const { level, text } = params.entry as { level: string; text: string }
  return level === 'error' || level === 'warning' ? text : undefined
}

/** A browser with a profile of its own, which goes with it. */
export class Chromium {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #devtools: Devtools

  private constructor(child: ChildProcess, folder: string, devtools: Devtools) {
    this.#child = child
    this.#folder = folder
    this.#devtools = devtools
  }

  static async start(program: string): Promise<Chromium> {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-chromium-'))
    const child = spawn(program, [...flags, `--user-data-dir=${folder}`, 'about:blank'], { stdio: 'ignore' })
    const address = await devtoolsAddress(folder, child)
    return new Chromium(child, folder, await Devtools.connect(address))
  }

  open(address: string, options?: { width?: number; height?: number; before?: string }): Promise<Tab> {
    return Tab.open(this.#devtools, address, options)
  }

  async close(): Promise<void> {
    const gone = new Promise(resolve => this.#child.once('close', resolve))
    // It may be gone before it has answered.
    this.#devtools.send('Browser.close').catch(() => undefined)
    await gone
    this.#devtools.close()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]

/** The browser writes where it listens into its folder. */
async function devtoolsAddress(folder: string, child: ChildProcess): Promise<string> {
  const file = join(folder, 'DevToolsActivePort')
  for (let tries = 0; tries < 600; tries++) {
    const [port, path] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    if (port && path) return `ws://127.0.0.1:${port}${path}`
    if (child.exitCode !== null) throw new Error(`the browser ended with ${child.exitCode}`)
    await sleep(100)
  }
  throw new Error('the browser did not start within a minute')
}
