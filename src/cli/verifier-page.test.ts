import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { verifierPage } from './verifier-page.ts'

function folderWithPage(): { folder: string; built: URL } {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb page '))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'verify.html'), '<!doctype html>\n')
  return { folder, built: pathToFileURL(join(folder, 'verify.html')) }
}

const sha256 = '335fca8574f060eea24ebcdae6b78f32414f5de03da1084fd0e73d710768e3a9'

test('the page is found by its path and by an address that a browser takes', async () => {
  const { folder, built } = folderWithPage()
  expect(await verifierPage(undefined, built)).toEqual({
    page: join(folder, 'verify.html'),
    address: built.href,
    sha256,
    bytes: 16,
  })
  expect(built.href).toContain('energyweb%20page%20')
})

test('a copy is written where nothing stands, and said to be what it is', async () => {
  const { folder, built } = folderWithPage()
  const out = join(folder, 'copy.html')
  expect(await verifierPage(out, built)).toMatchObject({
    page: out,
    address: pathToFileURL(out).href,
    sha256,
  })
  expect(readFileSync(out, 'utf8')).toBe('<!doctype html>\n')
  await expect(verifierPage(out, built)).rejects.toMatchObject({
    code: 'argument-invalid',
    message: `${out} is there already`,
  })
})

test('a checkout that was not built says how to make the page', async () => {
  await expect(verifierPage(undefined, pathToFileURL('/nowhere/verify.html'))).rejects.toMatchObject({
    code: 'environment-unsuitable',
    hint: expect.stringContaining('npm run build'),
  })
})

test('verify takes a file or --page, and --out with --page alone', async () => {
  const said = async (...words: string[]) => {
    const { code, stderr } = await energyweb(['verify', ...words])
    return [code, stderr]
  }
  expect(await said()).toEqual([64, expect.stringContaining('which file is to be checked?')])
  expect(await said('may.json', '--page')).toEqual([64, expect.stringContaining('--page checks no file')])
  expect(await said('may.json', '--out', 'x.html')).toEqual([
    64,
    expect.stringContaining('--out is for --page'),
  ])
})
