import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import * as energyweb from './index.ts'

test('the front door opens on exactly these', () => {
  const names = Object.entries(energyweb).map(([name, value]) => `${name}: ${typeof value}`)
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "App: function",
      "EnergywebError: function",
      "FollowFault: function",
      "GatewayApp: function",
      "LifeCycle: object",
      "LogFile: function",
      "Queue: function",
      "Redactor: function",
      "Task: function",
      "checkConfig: function",
      "composeGateway: function",
      "configJsonSchema: function",
      "cron: function",
      "defineCarbonSource: function",
      "defineSource: function",
      "errorCodes: object",
      "every: function",
      "followFaults: object",
      "followLog: function",
      "formatEnergy: function",
      "formatInstant: function",
      "formatMass: function",
      "formatProblem: function",
      "gatewayOptions: function",
      "isEnergywebError: function",
      "loadConfig: function",
      "millijoulesPer: object",
      "on: function",
      "openLog: function",
      "openLogReader: function",
      "openLogger: function",
      "openMetrics: function",
      "openPublishedLog: function",
      "parseCarbonFactor: function",
      "parseDuration: function",
      "parseEnergy: function",
      "parseInstant: function",
      "parseMass: function",
      "parsePower: function",
      "proveEvidence: function",
      "publishLog: function",
      "sampleConfig: function",
      "scaledClock: function",
      "silentLogger: object",
      "sleep: function",
      "systemClock: object",
      "task: function",
      "toWattHours: function",
    ]
  `)
})

test('importing it loads no library', async () => {
  const script = `
    import { registerHooks } from 'node:module'
    const libraries = []
    registerHooks({
      load(url, context, next) {
        if (url.includes('node_modules')) libraries.push(url)
        return next(url, context)
      },
    })
    await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    console.log(JSON.stringify(libraries))
  `
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(JSON.parse(stdout)).toEqual([])
})
