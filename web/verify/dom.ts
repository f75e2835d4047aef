/*
 * The document is built from nodes. No text ever becomes HTML: the page's own policy (`require-trusted-types-for`) would
 * refuse it.
 */
import { plainText } from './plain-text.ts'

export type Child = Node | string | undefined | readonly Child[]

export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined
}

function furnish(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    element.setAttribute(name, value === true ? '' : String(value))
  }
  append(element, children)
}

/** Puts children at the end of a node. */
export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined) continue
    if (typeof child === 'string') parent.appendChild(document.createTextNode(child))
    else if (child instanceof Node) parent.appendChild(child)
    else append(parent, child)
  }
}

/** An element of HTML. */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  furnish(element, attributes, children)
  return element
}

/** An element of SVG. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  furnish(element, attributes, children)
  return element
}

/** A text from the file: isolated, so that it can't turn what stands around it. */
export function said(text: string, longest?: number): HTMLElement {
  return html('bdi', { class: 'said' }, plainText(text, longest))
}

const mostLines = 60

/** A text of several lines from the file, each as {@link said}; tabs are spaces. */
export function linesOf(text: string): readonly Child[] {
  const lines = text.split(/\r?\n/)
  const more = lines.length - mostLines
  const shown = lines
    .slice(0, mostLines)
    .map((line, i) => [i > 0 ? '\n' : '', said(line.replaceAll('\t', '  '), 400)])
  return more > 0 ? [...shown, `\nand ${more} more lines`] : shown
}

/** A hash, a key, an address: it may break anywhere, and is copied whole. */
export function code(text: string): HTMLElement {
  return html('code', {}, plainText(text, 400))
}

/** Replaces all that stands in an element. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren()
  append(element, children)
}
