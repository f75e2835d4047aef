import { z } from 'zod'
import { type Cid, formatCid, parseCid, sameCid } from '../../core/any-cid.ts'
import { concatBytes, toHex, utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { HttpResponse } from '../../core/source.ts'
import type { PinRemote } from './remote.ts'
import { RemoteHttp, type RemoteHttpOptions, readAnswer, refusedAnswer } from './remote-http.ts'

const stored = z.object({ Key: z.string() })
const failed = z.object({ Message: z.string() })
/** A line of the answer to `block/rm`: its status is 200 even where the block stays. */
const unlinked = z.object({ Error: z.string().optional() })

/**
 * A node of IPFS by the RPC API of kubo (`/api/v0`): blocks are put as they are, so that the CID that was worked out before is
 * theirs, and pinned with it.
 */
export function kuboRemote(options: RemoteHttpOptions): PinRemote {
  const http = new RemoteHttp({ ...options, url: `${options.url.replace(/\/api\/v0$/, '')}/api/v0` })
  return {
    // Putting a block again costs as much as asking for it.
    known: async () => new Map(),
    async put({ cid, bytes }, { signal }) {
      const path = '/block/put?cid-codec=raw&mhtype=sha2-256&mhlen=32&pin=true'
      const answer = await http.ask({ path, method: 'POST', body: fileBody(cid, bytes), signal })
      if (answer.status !== 200) throw refusedAnswer(answer, http.where, 'a block was not taken')
      const { Key } = readAnswer(stored, answer, http.where)
      if (sameCid(parseCid(Key), cid)) return 'pinned'
      const message = `${http.where}: it keeps other bytes than it was given: ${Key}, not ${formatCid(cid)}`
      throw new EnergywebError('network-refused', message, { hint: 'Is it a node of IPFS?' })
    },
    async remove(cid, { signal }) {
      const text = formatCid(cid)
      await removed(http, `/pin/rm?arg=${text}`, { missing: /not pinned/, signal })
      // Without this its bytes would stay until the node collects its garbage.
      const answer = await removed(http, `/block/rm?arg=${text}&force=true`, { missing: /not found/, signal })
      refuseWhatStays(answer, http.where)
    },
    close: () => http.close(),
  }
}

async function removed(
  http: RemoteHttp,
  path: string,
  { missing, signal }: { readonly missing: RegExp; readonly signal: AbortSignal },
): Promise<HttpResponse | undefined> {
  const answer = await http.ask({ path, method: 'POST', signal })
  if (answer.status === 200) return answer
  if (answer.status === 500 && missing.test(readAnswer(failed, answer, http.where).Message)) return undefined
  throw refusedAnswer(answer, http.where, 'a block was not taken back')
}

/** @throws EnergywebError `network-refused` where the node still has the block, like one that somebody else there has pinned */
function refuseWhatStays(answer: HttpResponse | undefined, where: string): void {
  if (answer === undefined || answer.body.length === 0) return
  const { Error: why = '' } = readAnswer(unlinked, answer, where)
  if (why === '' || /not found/.test(why)) return
  throw new EnergywebError('network-refused', `${where}: a block was not taken back: ${why.slice(0, 200)}`, {
    hint: 'What was erased here is still there: has somebody else pinned it on that node? It is tried again.',
    retryable: true,
  })
}

/** A form with one file (RFC 7578). The border is the hash of the bytes, which no bytes can hold. */
function fileBody({ digest }: Cid, bytes: Uint8Array): { readonly bytes: Uint8Array; readonly type: string } {
  const border = toHex(digest)
  const head = `--${border}\r\ncontent-disposition: form-data; name="data"; filename="block"\r\ncontent-type: application/octet-stream\r\n\r\n`
  return {
    bytes: concatBytes(utf8(head), bytes, utf8(`\r\n--${border}--\r\n`)),
    type: `multipart/form-data; boundary=${border}`,
  }
}
