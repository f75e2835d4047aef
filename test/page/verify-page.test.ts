import { once } from 'node:events'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPage } from '../../scripts/build-page.ts'
import { Chromium, findChromium, type Tab } from '../support/chromium.ts'
import { say } from '../support/say.ts'
import { roofEvidence, roofLog } from './roof-log.ts'

/*
 * The verifier web page as people use it: in a real browser, from a file on the disk, with files that are chosen and dropped.
 */

const program = findChromium()
if (program === undefined) say('no Chromium here: the verifier web page is not tested')

const folder = mkdtempSync(join(tmpdir(), 'energyweb-page-'))
const page = join(folder, 'verify.html')
const roof = roofLog({ readings: 120 })
const { key } = roof.log
let browser: Chromium
let size = 0

beforeAll(async () => {
  if (program === undefined) return
  const text = await buildPage()
  size = Buffer.byteLength(text)
  writeFileSync(page, text)
  browser = await Chromium.start(program)
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

function keep(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const good = keep('roof.evidence.json', await roofEvidence(roof, { from: 8, to: 96 }))

async function openWith(files: readonly string[], { keys = key } = {}): Promise<Tab> {
  const tab = await browser.open(pathToFileURL(page).href)
  if (keys !== '') {
    await tab.evaluate('document.querySelector("#keys").focus()')
    await tab.type(keys)
  }
  if (files.length > 0) await tab.choose('#file', files)
  return tab
}

const settled =
  '!document.documentElement.classList.contains("busy") && document.querySelector("#report > *")'
const verdict = (tab: Tab) =>
  tab.evaluate<string>('document.querySelector("[data-verdict]")?.dataset.verdict ?? "none"')
const text = (tab: Tab) => tab.evaluate<string>('document.body.innerText')
const codes = (tab: Tab) =>
  tab.evaluate<string[]>('[...document.querySelectorAll("[data-code]")].map(node => node.dataset.code)')

/** Nothing was asked for but the page and its worker's program, and nothing was complained of. */
function expectQuiet(tab: Tab): void {
  expect(tab.events.complaints).toEqual([])
  expect(tab.events.requests.filter(address => !address.startsWith('blob:null/'))).toEqual([
    pathToFileURL(page).href,
  ])
}

describe.skipIf(program === undefined)('the verifier web page', () => {
  test('is one file of modest size, which names no other', async () => {
    expect(size).toBeLessThan(200_000)
    const tab = await openWith([])
    expect(
      await tab.evaluate(
        'document.querySelectorAll("script[src], link[rel=stylesheet], img, iframe").length',
      ),
    ).toBe(0)
    expectQuiet(tab)
  })

  test('shows what a good file proves, and draws it', async () => {
    const tab = await openWith([good])
    await tab.until(settled)
    expect(await verdict(tab)).toBe('proven')
    const said = (await text(tab)).replaceAll(/[\u00a0\u202f]/g, ' ')
    expect(said).toContain('Proven')
    expect(said).toMatch(
      /the meter of roof delivered \d+\.\d+ kWh from 1 May 2024, 02:00 UTC to 2 May 2024, 00:00 UTC/,
    )
    expect(said).toContain('Acme PV-9, serial number 77-1')
    expect(said).toContain('That the meter is right.')
    expect(said).toContain('Period\n1 May 2024, 02:00 UTC to 2 May 2024, 00:00 UTC')
    expect(said).not.toContain('⟨U+')
    expect(await tab.evaluate('document.querySelectorAll("[data-state]").length')).toBe(12)
    expect(
      await tab.evaluate('document.querySelector(".plot .bars").getAttribute("d").split("z").length'),
    ).toBe(89)
    await tab.until('document.querySelector(".stage-holds")')
    expectQuiet(tab)
  })

  test('without a trusted key nothing is proven, and the page says what is missing', async () => {
    const tab = await openWith([good], { keys: '' })
    await tab.until(settled)
    expect(await verdict(tab)).toBe('incomplete')
    expect(await codes(tab)).toContain('key-not-trusted')
    expect(await text(tab)).toContain('Give the log’s verifier key above.')
    // The key comes later: the same file is checked again.
    await tab.evaluate('document.querySelector("#keys").focus()')
    await tab.type(key)
    await tab.until('document.querySelector("[data-verdict=proven]")')
    expectQuiet(tab)
  })

  test('a claim of one millijoule more is refuted', async () => {
    const claimed = await roofEvidence(roof, { from: 8, to: 96 })
    const more = claimed.replace(
      /"energy":"(\d+)","from"/,
      (_, energy) => `"energy":"${BigInt(energy) + 1n}","from"`,
    )
    expect(more).not.toBe(claimed)
    const tab = await openWith([keep('more.evidence.json', more)])
    await tab.until(settled)
    expect(await verdict(tab)).toBe('refuted')
    expect(await codes(tab)).toContain('claim-false')
    expect(await text(tab)).toContain('these figures stand for nothing')
    expectQuiet(tab)
  })

  test('files are dropped anywhere; of two, the older one is the earlier audit, in any order', async () => {
    const later = roofLog({ readings: 200 })
    const fresh = await roofEvidence(later, { from: 100, to: 180 })
    const newer = keep('newer.evidence.json', fresh)
    for (const files of [
      [newer, good],
      [good, newer],
    ]) {
      const tab = await openWith([])
      await tab.drop(files, { x: 500, y: 700 })
      await tab.evaluate('document.querySelector("#keys").focus()')
      await tab.type(key)
      await tab.until(`${settled} && !document.querySelector("[data-code=key-not-trusted]")`)
      // The newer file has no path to the earlier tree: the page says what to ask for.
      expect(await codes(tab)).toContain('previous-unlinked')
      expect(await text(tab)).toMatch(/File\s+newer\.evidence\.json/)
      expect(await text(tab)).toMatch(/Earlier file\s+roof\.evidence\.json/)
      expectQuiet(tab)
    }
  })

  test('hostile texts are shown as texts: no element, no turned line, no endless name', async () => {
    const name = '<img src=x onerror=alert(1)><script>window.hit=1</script>\u202Eevil\u2066'
    const hostile = roofLog({ readings: 120, name })
    const notes = [
      '</script><script>window.hit=1</script>',
      `long ${'x'.repeat(1_000_000)}`,
      'a\u0301'.repeat(50_000),
      'javascript:alert(1)',
    ]
    const file = await roofEvidence(hostile, { from: 8, to: 96, notes })
    const tab = await openWith([keep(`<b>\u202Egpj.json`, file)])
    await tab.until(settled)
    expect(await verdict(tab)).toBe('proven')
    const said = await text(tab)
    expect(said).toContain('<script>window.hit=1</script>⟨U+202E⟩evil⟨U+2066⟩')
    expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    expect(said.length).toBeLessThan(40_000)
    expect(
      await tab.evaluate(
        'window.hit ?? document.querySelectorAll("#report img, #report script, #report a[href^=javascript]").length',
      ),
    ).toBe(0)
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expectQuiet(tab)
  })

  test('nothing can leave the page: the browser refuses what anything in it might try', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const tab = await openWith([good])
    await tab.until(settled)
    const tries = [
      `fetch('${address}/fetch')`,
      `new Promise((good, bad) => { const image = new Image(); image.onload = good; image.onerror = bad; image.src = '${address}/image' })`,
      `new Promise((good, bad) => { const socket = new WebSocket('${address.replace('http', 'ws')}/socket'); socket.onopen = good; socket.onerror = bad })`,
      `Promise.resolve().then(() => { if (!navigator.sendBeacon('${address}/beacon')) throw new Error('refused') })`,
      `Promise.resolve().then(() => { document.body.innerHTML = '<b>x</b>' })`,
      `Promise.resolve().then(() => new Worker('${address}/worker.js'))`,
      `Promise.resolve().then(() => eval('1'))`,
    ]
    for (const attempt of tries) {
      expect([attempt, await tab.evaluate(`${attempt}.then(() => 'done', () => 'refused')`)]).toEqual([
        attempt,
        attempt.includes('sendBeacon') ? expect.any(String) : 'refused',
      ])
    }
    expect(tab.events.complaints.join('\n')).toMatch(/Content Security Policy/)
    expect(asked).toEqual([])
    server.close()
  })

  test('a file beyond 200 MB, a file that is none, and a key that is none are told in words', async () => {
    const large = keep('large.evidence.json', '')
    truncateSync(large, 201_000_000)
    const tab = await openWith([large])
    await tab.until('document.querySelector(".failure")')
    expect(await text(tab)).toContain('A browser is no place for more than 200 MB')
    await tab.choose('#file', [keep('letter.json', 'Dear auditor')])
    await tab.until('document.querySelector("[data-verdict]")')
    expect(await verdict(tab)).toBe('refuted')
    expect(await codes(tab)).toContain('not-json')
    await tab.evaluate('document.querySelector("#keys").focus()')
    await tab.type('\nno key')
    await tab.until('document.querySelector("#keys-problem").textContent')
    expect(await text(tab)).toContain('“no key” is not a verifier key')
    await tab.choose('#file', [good, good, good])
    await tab.until('document.querySelector(".failure")')
    expect(await text(tab)).toContain('Give one file, or two')
    expectQuiet(tab)
  })

  test('the page answers while a large file is checked, and a newer file takes the place of the one being checked', async () => {
    const month = roofLog({ readings: 2_985 })
    const large = keep('month.evidence.json', await roofEvidence(month, { from: 0, to: 2_976 }))
    const tab = await openWith([large])
    await tab.until('document.documentElement.classList.contains("busy")')
    expect(await tab.evaluate('new Promise(done => requestAnimationFrame(() => done("drawn")))')).toBe(
      'drawn',
    )
    expect(await verdict(tab)).toBe('none')
    await tab.choose('#file', [good])
    await tab.until(settled)
    expect(await text(tab)).toMatch(/File\s+roof\.evidence\.json/)
    await tab.choose('#file', [large])
    await tab.until(`${settled} && document.querySelectorAll("tbody button").length === 250`)
    expect(await verdict(tab)).toBe('proven')
    expect(await tab.evaluate('document.querySelectorAll(".gaps rect").length')).toBe(3)
    expect(await overlapping(tab)).toEqual([])
    expectQuiet(tab)
  })

  test('works by keyboard alone, and everything has a name for those who hear the page', async () => {
    const tab = await openWith([good])
    await tab.until(settled)
    await tab.until('document.querySelector("#path-title")')
    await tab.evaluate('document.querySelector(".plot-picture").focus()')
    await tab.press('End')
    const last = await tab.evaluate<string>('document.querySelector(".plot-label").textContent')
    expect(last).toMatch(/23:45 to 2.May, 00:00 UTC: .* kWh$/)
    await tab.press('ArrowLeft')
    expect(await tab.evaluate<string>('document.querySelector(".plot-label").textContent')).toMatch(
      /23:30 to 23:45 UTC/,
    )
    await tab.press('Enter')
    await tab.until('document.activeElement.id === "path-title"')
    expect(await nameless(tab)).toEqual([])
    expect(
      await tab.evaluate('[...document.querySelectorAll("h1, h2, h3")].map(node => node.tagName).join(" ")'),
    ).toMatch(/^H1 H2 (H2|H3|\s)+$/)
  })

  test('fits a phone, and prints without its controls', async () => {
    const tab = await openWith([good])
    await tab.until(`${settled} && document.querySelector("#path-title")`)
    await tab.resize(360, 740)
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await tab.until('document.querySelector(".plot-picture").viewBox.baseVal.width < 360')
    expect(await overlapping(tab)).toEqual([])
    const pdf = await tab.print()
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await tab.send('Emulation.setEmulatedMedia', { media: 'print' })
    expect(await tab.evaluate('getComputedStyle(document.querySelector(".inputs")).display')).toBe('none')
    expect(await tab.evaluate('getComputedStyle(document.querySelector(".verdict")).display')).toBe('flex')
  })
})

/** Labels of the plot that lie over one another. */
function overlapping(tab: Tab): Promise<string[]> {
  return tab.evaluate(`(() => {
    const boxes = [...document.querySelectorAll('.plot text')].map(node => [node.textContent, node.getBoundingClientRect()])
    return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
      p.left < q.right && q.left < p.right && p.top + 3 < q.bottom && q.top + 3 < p.bottom).map(([b]) => a + ' / ' + b))
  })()`)
}

/** What can be used and has no name in the tree that screen readers get. */
async function nameless(tab: Tab): Promise<string[]> {
  const { nodes } = await tab.send('Accessibility.getFullAXTree')
  const roles = ['button', 'textbox', 'spinbutton', 'link', 'img', 'image', 'region', 'heading']
  return (nodes as { role?: { value: string }; name?: { value: string }; ignored: boolean }[])
    .filter(node => !node.ignored && roles.includes(node.role?.value ?? '') && !node.name?.value)
    .map(node => node.role?.value ?? '')
}
