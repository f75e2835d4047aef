// Evidence of a month, checked as whoever gets it checks it; then the log published, followed, and one entry found in its files.
// node evidence.ts DATA-FOLDER ASSET VERIFIER-KEY FROM TO
import { readFileSync, writeFileSync } from 'node:fs'
import {
  followLog,
  openLogReader,
  openPublishedLog,
  parseInstant,
  proveEvidence,
  publishLog,
} from 'energyweb'
import {
  bundlePath,
  bundleWidth,
  encodeEvidence,
  fullWidth,
  inclusionPath,
  leafHash,
  parseBundle,
  parseTile,
  parseVerifierKey,
  tileNodes,
  tilePath,
  verifyCheckpoint,
  verifyEvidence,
  verifyInclusion,
  widthOf,
} from 'energyweb/verify'

const [folder = '', asset = '', keyText = '', from = '', to = ''] = process.argv.slice(2)
const key = parseVerifierKey(keyText)

const reader = await openLogReader({ folder })
try {
  const period = { from: parseInstant(from), to: parseInstant(to) }
  const made = { at: Date.now(), by: 'the monthly report 1.0' }
  const text = encodeEvidence(await proveEvidence({ reader, asset, period, key: keyText, made }))
  writeFileSync('month.evidence.json', text)

  const { verdict, evidence } = verifyEvidence(text, { keys: [keyText] })
  console.log(`${verdict}: ${evidence?.claim.energy} mJ by ${evidence?.claim.readings} readings`)

  const published = await publishLog(reader, 'published')
  console.log(`published: ${published?.size} entries`)
} finally {
  reader.close()
}

const log = await openPublishedLog('published')
try {
  const signal = AbortSignal.timeout(60_000)
  const { read, streams } = await followLog(log.files, { key, state: 'followed', signal })
  console.log(`followed: ${read} new entries of ${streams.length} streams`)
} finally {
  await log.close()
}

// With nothing but files and the log's key: the newest entry stands in the tree that was signed.
const file = (path: string) => readFileSync(`published/${path}`)
const { size, root } = verifyCheckpoint(file('checkpoint').toString(), [key])
const nodes = tileNodes((level, index) => {
  const width = widthOf({ level, index }, size)
  return parseTile(file(tilePath({ level, index, width })), width)
})
const index = size - 1
const bundle = {
  index: Math.floor(index / fullWidth),
  width: bundleWidth(Math.floor(index / fullWidth), size),
}
const entry = parseBundle(file(bundlePath(bundle)), bundle.width)[index % fullWidth]
const path = inclusionPath({ index, size }, nodes)
const stands = entry !== undefined && verifyInclusion({ index, size, leaf: leafHash(entry), path, root })
console.log(`entry ${index} ${stands ? 'stands' : 'does not stand'} in the tree that was signed`)
