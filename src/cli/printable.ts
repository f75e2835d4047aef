/**
 * Text that came from a meter, a server or a chain, fit for a terminal: control characters (C0, DEL, C1) but line feeds and tabs
 * could move its cursor, change its title or hide a line, and become U+FFFD.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}
