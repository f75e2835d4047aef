import { describe, expect, it } from 'vitest'
import { nextPage } from './next-page.ts'

const page = 'https://api.example.org/plant/v2/produced/7?start=a&end=b&limit=10'
const follow = (next: string, base = 'https://api.example.org/plant/v2') =>
  nextPage(next, { base, page, where: 'test' })

describe('the next page', () => {
  it.each([
    ['/page-two', 'https://api.example.org/plant/v2/page-two'],
    ['page-two', 'https://api.example.org/plant/v2/page-two'],
    ['/produced/7?page=2', 'https://api.example.org/plant/v2/produced/7?page=2'],
    ['/plant/v2/produced/7?page=2', 'https://api.example.org/plant/v2/produced/7?page=2'],
    ['/plant/v22/x', 'https://api.example.org/plant/v2/plant/v22/x'],
    ['?page=2', 'https://api.example.org/plant/v2/produced/7?page=2'],
    ['https://api.example.org/elsewhere?page=2', 'https://api.example.org/elsewhere?page=2'],
    ['HTTPS://API.example.org:443/x', 'https://api.example.org/x'],
    ['//api.example.org/x', 'https://api.example.org/x'],
  ])('after %s is %s', (next, expected) => {
    expect(follow(next)).toBe(expected)
  })

  it('of a service at the root of its server', () => {
    expect(follow('/page-two', 'https://api.example.org')).toBe('https://api.example.org/page-two')
  })

  // The password goes wherever `next` leads.
  it.each([
    'https://evil.example/x',
    'http://api.example.org/x',
    '//evil.example/x',
    'https://api.example.org:8443/x',
    'https://api.example.org@evil.example/x',
    'https://user:word@api.example.org/x',
    'javascript://api.example.org/%0aalert(1)',
    'https://',
  ])('is refused at %s', next => {
    expect(() => follow(next)).toThrow(expect.objectContaining({ code: 'source-malformed' }))
  })

  it.each([
    '\\\\evil.example\\x',
    '/\\evil.example/x',
    '@evil.example/x',
    'javascript:alert(1)',
    ':443@evil/x',
  ])('never leaves the server with %s', next => {
    expect(new URL(follow(next)).origin).toBe('https://api.example.org')
  })
})
