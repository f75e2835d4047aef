import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { longestControlLine } from './control-protocol.ts'

/**
 * Calls back with every whole line that a socket brings; `tooLong` when one grows beyond the limit, after which nothing more
 * is kept of it.
 */
export function onLines(
  socket: Socket,
  callbacks: { line(text: string): void; tooLong(): void },
  longest = longestControlLine,
): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  socket.on('data', (chunk: Buffer) => {
    const parts = (rest + decoder.write(chunk)).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) callbacks.line(part)
    if (rest.length > longest) {
      rest = ''
      callbacks.tooLong()
    }
  })
}
