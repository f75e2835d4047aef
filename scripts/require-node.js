// npm scripts run on the `node` package's Node 24. If that package's install script did not run, they silently run on
// the machine's own Node: say so, and how to repair it.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(`energyweb needs Node 24 or later, and this is Node ${process.versions.node}.`)
  console.error('Run `npm install` without --ignore-scripts, or `npm rebuild node`, and try again.')
  process.exit(1)
}
