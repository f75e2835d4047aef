import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/* Whoever looks for something finds it: no page hangs in the air, and no link leads nowhere. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const docs = join(root, 'docs')

const pagesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name))

/** Links of a page to files of ours, with the headings that they lead to. */
function linksOf(page: string): { file: string; heading: string | undefined }[] {
  const prose = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return []
    const [path = '', heading] = link.split('#')
    return [{ file: path === '' ? page : resolve(dirname(page), path), heading }]
  })
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  const prose = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map(name => join(root, name)),
  ...pagesIn(docs),
]

test('every page of docs is in the index, but for decisions and single drivers, whose folders are', () => {
  const indexed = new Set(linksOf(join(docs, 'README.md')).map(({ file }) => file))
  const single = /\/(?:decisions|sources)\/|\/docs\/README\.md$|\/ledgers\/kinds\//
  expect(pagesIn(docs).filter(page => !single.test(page) && !indexed.has(page))).toEqual([])
  expect([...indexed]).toEqual(
    expect.arrayContaining([join(docs, 'decisions'), join(docs, 'sources/README.md')]),
  )
})

test.each(pages.map(page => [page.slice(root.length), page] as const))(
  'the links of %s lead somewhere',
  (_, page) => {
    const dead = linksOf(page).filter(
      ({ file, heading }) =>
        !existsSync(file) ||
        (heading !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(heading)),
    )
    expect(dead).toEqual([])
  },
)
