import { once } from 'node:events'
import { truncateSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tab } from '../support/chromium.ts'
import { roofEvidence, roofLog } from './roof-log.ts'
import { codesOf, program, settled, textOf, typeInto, VerifierPage, verdictOf } from './verifier-page.ts'

/*
 * The verifier web page as people use it: in a real browser, from a file on the disk, with files that are chosen and dropped.
 */

const page = new VerifierPage()
const roof = roofLog({ readings: 120 })
const { key } = roof.log
const good = page.keep('roof.evidence.json', await roofEvidence(roof, { from: 8, to: 96 }))
let size = 0

beforeAll(async () => {
  if (program !== undefined) size = await page.start()
})

afterAll(() => page.close())

function openWith(files: readonly string[], { keys = key } = {}): Promise<Tab> {
  return page.open({ keys, files })
}

describe.skipIf(program === undefined)('the verifier web page', () => {
  test('is one file of modest size, which names no other', async () => {
    expect(size).toBeLessThan(220_000)
    const tab = await openWith([])
    expect(
      await tab.evaluate(
        'document.querySelectorAll("script[src], link[rel=stylesheet], img, iframe").length',
      ),
    ).toBe(0)
    // Keccak-256 is ten times as fast as WebAssembly: the policy lets it be.
    const compiled =
      'WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).then(() => true, String)'
    expect(await tab.evaluate(compiled)).toBe(true)
    page.expectQuiet(tab)
  })

  test('shows what a good file proves, and draws it', async () => {
    const tab = await openWith([good])
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('proven')
    const said = await textOf(tab)
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
    page.expectQuiet(tab)
  })

  test('without a trusted key nothing is proven, and the page says what is missing', async () => {
    const tab = await openWith([good], { keys: '' })
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('incomplete')
    expect(await codesOf(tab)).toContain('key-not-trusted')
    expect(await textOf(tab)).toContain('Give the log’s verifier key above.')
    // The key comes later: the same file is checked again.
    await typeInto(tab, '#keys', key)
    await tab.until('document.querySelector("[data-verdict=proven]")')
    page.expectQuiet(tab)
  })

  test('a claim of one millijoule more is refuted', async () => {
    const claimed = await roofEvidence(roof, { from: 8, to: 96 })
    const more = claimed.replace(
      /"energy":"(\d+)","from"/,
      (_, energy) => `"energy":"${BigInt(energy) + 1n}","from"`,
    )
    expect(more).not.toBe(claimed)
    const tab = await openWith([page.keep('more.evidence.json', more)])
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('refuted')
    expect(await codesOf(tab)).toContain('claim-false')
    expect(await textOf(tab)).toContain('these figures stand for nothing')
    page.expectQuiet(tab)
  })

  test('files are dropped anywhere; of two, the older one is the earlier audit, in any order', async () => {
    const later = roofLog({ readings: 200 })
    const fresh = await roofEvidence(later, { from: 100, to: 180 })
    const newer = page.keep('newer.evidence.json', fresh)
    for (const files of [
      [newer, good],
      [good, newer],
    ]) {
      const tab = await openWith([])
      await tab.drop(files, { x: 500, y: 700 })
      await typeInto(tab, '#keys', key)
      await tab.until(`${settled} && !document.querySelector("[data-code=key-not-trusted]")`)
      // The newer file has no path to the earlier tree: the page says what to ask for.
      expect(await codesOf(tab)).toContain('previous-unlinked')
      expect(await textOf(tab)).toMatch(/File\s+newer\.evidence\.json/)
      expect(await textOf(tab)).toMatch(/Earlier file\s+roof\.evidence\.json/)
      page.expectQuiet(tab)
    }
  })

  test('the earlier file can be given by itself, turned round with the other, and left out', async () => {
    const later = roofLog({ readings: 200 })
    const newer = page.keep(
      'later.evidence.json',
      await roofEvidence(later, { from: 100, to: 180, earlier: [roof.log.entries.length] }),
    )
    const tab = await openWith([newer])
    await tab.until(settled)
    await tab.choose('#previous', [good])
    await tab.until(`${settled} && document.querySelector("#step-history[data-state=holds]")`)
    expect(await verdictOf(tab)).toBe('proven')
    await clickOn(tab, 'Swap the two')
    await tab.until(`${settled} && document.querySelector("[data-verdict=refuted]")`)
    expect(await codesOf(tab)).toContain('rolled-back')
    await clickOn(tab, 'Leave it out')
    await tab.until(`${settled} && document.querySelector("[data-verdict=proven]")`)
    expect(await textOf(tab)).toMatch(/Earlier file\s+none given/)
    page.expectQuiet(tab)
  })

  test('a verdict never outlives the key that it rests on', async () => {
    const tab = await openWith([good])
    await tab.until('document.querySelector("[data-verdict=proven]")')
    await typeInto(tab, '#keys', 'nonsense')
    expect(await verdictOf(tab)).toBe('none')
    await tab.until('document.querySelector("#keys-problem").textContent')
    expect(await verdictOf(tab)).toBe('none')
    page.expectQuiet(tab)
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
    const tab = await openWith([page.keep(`<b>\u202Egpj.json`, file)])
    await tab.until(settled)
    expect(await verdictOf(tab)).toBe('proven')
    const said = await textOf(tab)
    expect(said).toContain('<script>window.hit=1</script>⟨U+202E⟩evil⟨U+2066⟩')
    expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    expect(said.length).toBeLessThan(40_000)
    expect(
      await tab.evaluate(
        'window.hit ?? document.querySelectorAll("#report img, #report script, #report a[href^=javascript]").length',
      ),
    ).toBe(0)
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    page.expectQuiet(tab)
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
    const large = page.keep('large.evidence.json', '')
    truncateSync(large, 201_000_000)
    const tab = await openWith([large])
    await tab.until('document.querySelector(".failure")')
    expect(await textOf(tab)).toContain('A browser is no place for more than 200 MB')
    await tab.choose('#file', [page.keep('letter.json', 'Dear auditor')])
    await tab.until('document.querySelector("[data-verdict]")')
    expect(await verdictOf(tab)).toBe('refuted')
    expect(await codesOf(tab)).toContain('not-json')
    await typeInto(tab, '#keys', `${key}\nno key`)
    await tab.until('document.querySelector("#keys-problem").textContent')
    expect(await textOf(tab)).toContain('“no key” is not a verifier key')
    await tab.choose('#file', [good, good, good])
    await tab.until('document.querySelector(".failure")')
    expect(await textOf(tab)).toContain('Give one file, or two')
    page.expectQuiet(tab)
  })

  test('the page answers while a large file is checked, and a newer file takes the place of the one being checked', async () => {
    const month = roofLog({ readings: 2_985 })
    const large = page.keep('month.evidence.json', await roofEvidence(month, { from: 0, to: 2_976 }))
    const tab = await openWith([large])
    await tab.until('document.querySelector("#status").textContent.startsWith("Checking")')
    expect(await tab.evaluate('new Promise(done => requestAnimationFrame(() => done("drawn")))')).toBe(
      'drawn',
    )
    expect(await verdictOf(tab)).toBe('none')
    await tab.choose('#file', [good])
    await tab.until(settled)
    expect(await textOf(tab)).toMatch(/File\s+roof\.evidence\.json/)
    await tab.choose('#file', [large])
    await tab.until(`${settled} && document.querySelectorAll("tbody button").length === 250`)
    expect(await verdictOf(tab)).toBe('proven')
    expect(await tab.evaluate('document.querySelectorAll(".gaps rect").length')).toBe(3)
    expect(await overlapping(tab)).toEqual([])
    page.expectQuiet(tab)
  })

  test.each([
    [
      'refuses a worker',
      'window.Worker = class { constructor() { throw new DOMException("no", "SecurityError") } }',
    ],
    [
      'lets a worker fail',
      'window.Worker = class extends EventTarget { postMessage() { this.dispatchEvent(new ErrorEvent("error")) } terminate() {} }',
    ],
  ])('does the sums itself where the browser %s', async (_, before) => {
    const tab = await page.open({ keys: key, files: [good], before })
    await tab.until('document.querySelector("[data-verdict=proven]")')
    await tab.until('document.querySelector(".stage-holds")')
    expect(tab.events.requests).toEqual([page.address])
    page.expectQuiet(tab)
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

async function clickOn(tab: Tab, text: string): Promise<void> {
  await tab.evaluate(
    `[...document.querySelectorAll('button')].find(button => button.textContent === '${text}').click()`,
  )
}

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
