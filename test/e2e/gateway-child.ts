/*
 * The gateway of a configuration, as `energyweb run` makes it, but for its clock: that runs as many times faster as it is told,
 * from a moment that its parent names, so that one which is started again lives in the same time. Once that time has come
 * to `until` it reads no more meters.
 */

import { demoClock } from '../../src/cli/demo/demo-state.ts'
import { gatewayOptions, loadConfig } from '../../src/config/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import { ControlTask, GatewayApp } from '../../src/gateway/index.ts'
import { openLogger } from '../../src/logging/index.ts'

const [file = '', factor = '', real = '', scaled = '', until = ''] = process.argv.slice(2)
const clock = demoClock({ factor: Number(factor), began: { real: Number(real), scaled: Number(scaled) } })
const { config } = await loadConfig(file, { environment: process.env })
const log = await openLogger({ level: 'warn' })
const options = await gatewayOptions(config, { clock, log, environment: process.env, grace: '1h' })
const gateway = new GatewayApp(options)
gateway.addTask(new ControlTask({ folder: config.data, gateway }))
const left = Math.max(0, Number(until) - clock.now()) / Number(factor)
const cancel = systemClock.after(left, () => void gateway.stopPolls())
await gateway.run()
cancel()
