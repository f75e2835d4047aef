import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../storage/support.ts'

/** A web server that nobody here wrote. */
export interface StaticServer {
  readonly url: string
}

export const hasNginx = spawnSync('nginx', ['-v']).status === 0
export const hasPython = spawnSync('python3', ['--version']).status === 0
export const hasGo = spawnSync('go', ['version']).status === 0

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise(done => server.close(done))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const answer = await fetch(url).catch(() => undefined)
    if (answer !== undefined) return
    await new Promise(done => setTimeout(done, 50))
  }
  throw new Error(`${url} does not answer`)
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise(done => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
  })
}

/** nginx with the very configuration that docs/publishing.md shows, on another port. */
export async function startNginx(root: string): Promise<StaticServer> {
  const docs = readFileSync(resolve(import.meta.dirname, '../../docs/publishing.md'), 'utf8')
  const shown = /```nginx\n([\s\S]+?)```/.exec(docs)?.[1] ?? ''
  const port = await freePort()
  const server = shown.replace('listen 80;', `listen 127.0.0.1:${port};`).replace('/var/www/roof', root)
  if (!server.includes(root)) throw new Error('docs/publishing.md shows another nginx configuration')
  const work = temporaryFolder()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(name => `${name}_temp_path ${work}/${name};`)
    .join(' ')
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  writeFileSync(
    join(work, 'nginx.conf'),
    `daemon off; ${user} pid ${work}/pid; error_log ${work}/error.log; events {} http { access_log off; ${temporary} ${server} }`,
  )
  const child = spawn('nginx', ['-p', work, '-c', join(work, 'nginx.conf')], { stdio: 'ignore' })
  onTestFinished(() => stopped(child))
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(url, child)
  return { url }
}

/** The file server of Python's standard library. */
export async function startPython(root: string): Promise<StaticServer> {
  const port = await freePort()
  const words = ['-m', 'http.server', String(port), '--bind', '127.0.0.1', '--directory', root]
  const child = spawn('python3', words, { stdio: 'ignore' })
  onTestFinished(() => stopped(child))
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(url, child)
  return { url }
}
