// pino-loki sends what pino logs to the URL of the first argument.
const { pino } = require('pino')
const { pinoLoki } = require('pino-loki')

const stream = pinoLoki({
  host: process.argv[2],
  batching: false,
  labels: { app: 'client' },
  silenceErrors: false,
})
const log = pino({ level: 'info' }, stream)
log.info({ count: 42 }, 'hello from pino-loki')
setTimeout(() => process.exit(0), 1_000)
