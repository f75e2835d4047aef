import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { buildPage } from '../../scripts/build-page.ts'
import { Chromium, findChromium, type Tab } from '../support/chromium.ts'
import { say } from '../support/say.ts'

/** The browser's program; without one the tests say so and skip. */
export const program = findChromium()
if (program === undefined) say('no Chromium here: the verifier web page is not tested')

/** The page, built into a folder of its own, and a browser that opens it from there. */
export class VerifierPage {
  readonly folder = mkdtempSync(join(tmpdir(), 'energyweb-page-'))
  readonly address = pathToFileURL(join(this.folder, 'verify.html')).href
  #browser: Chromium | undefined

  /** Answers the size of the page in bytes. */
  async start(): Promise<number> {
    const text = await buildPage()
    this.keep('verify.html', text)
    this.#browser = await Chromium.start(program ?? '')
    return Buffer.byteLength(text)
  }

  /** Writes a file into the folder. */
  keep(name: string, text: string): string {
    const file = join(this.folder, name)
    writeFileSync(file, text)
    return file
  }

  async open({ keys = '', files = [] as readonly string[], before = '' } = {}): Promise<Tab> {
    if (this.#browser === undefined) throw new Error('the browser is not there')
    const tab = await this.#browser.open(this.address, { before })
    if (keys !== '') await typeInto(tab, '#keys', keys)
    if (files.length > 0) await tab.choose('#file', files)
    return tab
  }

  /** Nothing was asked for but the page and its worker's program, and nothing was complained of. */
  expectQuiet(tab: Tab): void {
    expect(tab.events.complaints).toEqual([])
    expect(tab.events.requests.filter(address => !address.startsWith('blob:null/'))).toEqual([this.address])
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Types over what stands in a field. */
export async function typeInto(tab: Tab, selector: string, text: string): Promise<void> {
  await tab.evaluate(`(field => { field.focus(); field.select() })(document.querySelector('${selector}'))`)
  await tab.type(text)
}

/** True when a check has come to an end. */
export const settled =
  '!document.querySelector("#status").textContent && document.querySelector("#report > *")'

export function verdictOf(tab: Tab): Promise<string> {
  return tab.evaluate('document.querySelector("[data-verdict]")?.dataset.verdict ?? "none"')
}

/** What a person sees, spaces that don't break as plain ones. */
export async function textOf(tab: Tab): Promise<string> {
  return (await tab.evaluate<string>('document.body.innerText')).replaceAll(/[\u00a0\u202f]/g, ' ')
}

/** Codes of the findings that are shown. */
export function codesOf(tab: Tab): Promise<string[]> {
  return tab.evaluate('[...document.querySelectorAll("[data-code]")].map(node => node.dataset.code)')
}
