import { spawn } from 'node:child_process'

/**
 * Runs commands side by side, prints each one's output when it ends.
 * @param {readonly (readonly string[])[]} commands
 * @returns {Promise<boolean>} true when all exited with 0
 */
export async function runAll(commands) {
  const results = await Promise.all(commands.map(run))
  return results.every(Boolean)
}

/** @param {readonly string[]} command */
function run([program = '', ...parameters]) {
  const began = performance.now()
  return new Promise(resolve => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    child.stderr.on('data', chunk => {
      output += chunk
    })
    child.on('error', error => {
      output += `${error.message}\n`
    })
    child.on('close', code => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${seconds} s  ${program} ${parameters.join(' ')}`)
      if (code !== 0) console.log(output)
      resolve(code === 0)
    })
  })
}
