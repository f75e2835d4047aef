/*
 * Texts that come out of a file are hostile: they may be endless, hold characters that nobody sees, or turn the text around
 * them. They are shown as text nodes only, cut, with every such character by its number.
 */

const longestShown = 160

/** Control and format characters (bidirectional overrides among them), separators other than a space, lone surrogates. */
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u3164\uffa0\u{e0000}-\u{e0fff}]/gu

/** What is shown of a text from a file: on one line, with unseen characters as `⟨U+202E⟩`, and not longer than a line or two. */
export function plainText(text: string, longest = longestShown): string {
  const cut = cutOff(text, longest)
  const shown = cut.replace(unseen, character => `⟨U+${hexOf(character)}⟩`)
  const few = fewMarks(shown)
  return cut.length === text.length
    ? few
    : `${few}… (${text.length.toLocaleString('en-GB')} characters in all)`
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}

/** Never cuts a pair of surrogates in two. */
function cutOff(text: string, longest: number): string {
  if (text.length <= longest) return text
  const last = text.charCodeAt(longest - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? longest - 1 : longest)
}

/** A letter carries at most four combining marks: stacks of hundreds paint over the lines around them. */
function fewMarks(text: string): string {
  return text.replace(/(\p{M}{4})\p{M}+/gu, '$1')
}
