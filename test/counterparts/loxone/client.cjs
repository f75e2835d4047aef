// The maker's client at a Miniserver: logs in, reads the structure, is told of states, keeps the connection alive, gives its token
// back. Says what it saw as one line of JSON; everything that it says itself goes to standard error.
const say = process.stdout.write.bind(process.stdout)
console.log = console.info = console.warn = console.error

const { WebSocket, WebSocketConfig } = require('lxcommunicator')

const [host, user, password, milliseconds] = process.argv.slice(2)
const seen = { token: false, controls: [], states: {}, closed: null, killed: false }

let token
const config = new WebSocketConfig(
  WebSocketConfig.protocol.WS,
  '098802e1-02b4-603c-ffffeee000d80cfd',
  'counterpart',
  WebSocketConfig.permission.APP,
  false,
)
config.delegate = {
  socketOnTokenReceived: (_, received) => {
    token = received.token
    seen.token = typeof token === 'string' && received.validUntil > 0
  },
  socketOnConnectionClosed: (_, code) => {
    seen.closed = code
  },
  socketOnEventReceived: (_, events, type) => {
    if (type === 2) for (const { uuid, value } of events) seen.states[uuid] = value
  },
}

const end = () => {
  say(`${JSON.stringify(seen)}\n`)
  process.exit(0)
}

async function main() {
  const socket = new WebSocket(config)
  await socket.open(host, user, password)
  const file = await socket.send('data/LoxAPP3.json')
  seen.controls = Object.values(JSON.parse(file).controls).map(({ name }) => name)
  await socket.send('jdev/sps/enablebinstatusupdate')
  await new Promise(resolve => setTimeout(resolve, Number(milliseconds)))
  // Closed by now, had a sign of life not been answered within four seconds.
  seen.alive = seen.closed === null
  // Its killAllTokens() calls a function that is not there.
  await socket._tokenHandler._killToken(token, user)
  seen.killed = true
  end()
}

main().catch(error => {
  seen.error = error instanceof Error ? error.stack : JSON.stringify(error)
  end()
})
