#!/usr/bin/env node
'use strict'
// CommonJS, and no syntax newer than Node 14: this file must run on whatever Node the shell finds, if only to hand over to
// a newer one. It also starts a little faster than a module, which is why `--version` is answered here.

const { existsSync, readFileSync, writeSync } = require('node:fs')
const { dirname, join } = require('node:path')

const oldest = 24
const home = dirname(__dirname)
const words = process.argv.slice(2)

if (words[0] === '--version' || words[0] === '-V') {
  // Not process.stdout: making that stream takes longer than all the rest.
  writeSync(1, `${JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version}\n`)
} else if (Number(process.versions.node.split('.')[0]) < oldest) {
  handOver()
} else {
  run()
}

function run() {
  // Started by handOver: with that process gone, nobody is left to stop this one.
  if (process.env.ENERGYWEB_HANDED_OVER !== undefined && process.channel) {
    delete process.env.ENERGYWEB_HANDED_OVER
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    process.channel.unref()
  }
  const built = join(home, 'dist', 'cli', 'main.js')
  // In a checkout, dist may be older than src: ENERGYWEB_SOURCE=1 runs src all the same.
  const useBuilt = existsSync(built) && process.env.ENERGYWEB_SOURCE !== '1'
  const file = useBuilt ? built : join(home, 'src', 'cli', 'main.ts')
  import(require('node:url').pathToFileURL(file).href)
    .then(({ main }) => main(words))
    .then(code => process.exit(code))
}

function handOver() {
  const newer = findNode()
  if (newer === undefined) {
    process.stderr.write(
      `error: energyweb needs Node ${oldest} or newer, this is ${process.versions.node}; install one, or add it to this folder with: npm install node@${oldest}\n`,
    )
    process.exit(1)
  }
  const child = require('node:child_process').spawn(newer, [__filename, ...words], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ENERGYWEB_HANDED_OVER: '1' },
  })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
  // A terminal sends Ctrl-C to both processes; a second one would tell the gateway to stop at once.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', error => {
    process.stderr.write(`error: ${newer} can't be started: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** The Node of the npm package `node`, beside this package or above it, or where the command was called. */
function findNode() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const start of [home, process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      for (const place of [join('node', 'bin', file), join('.bin', 'node')]) {
        const path = join(folder, 'node_modules', place)
        if (existsSync(path) && isNewEnough(path)) return path
      }
      if (dirname(folder) === folder) break
    }
  }
  return undefined
}

/** A `.bin/node` may be that same old Node under another name: handing over to it would never end. */
function isNewEnough(path) {
  const answer = require('node:child_process').spawnSync(path, ['--version'], { encoding: 'utf8' })
  const match = /^v(\d+)\./.exec(answer.stdout || '')
  return match !== null && Number(match[1]) >= oldest
}
