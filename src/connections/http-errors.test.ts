import { expect, test } from 'vitest'
import { httpError } from './http-errors.ts'

const where = 'http://192.168.1.20/total'

test.each([
  ['ECONNREFUSED', `${where}: nothing listens there (ECONNREFUSED)`],
  ['UND_ERR_SOCKET', `${where}: the connection was cut (UND_ERR_SOCKET)`],
  ['EADDRNOTAVAIL', `${where}: EADDRNOTAVAIL`],
])('%s is told in words where there are some', (code, message) => {
  expect(httpError(Object.assign(new TypeError('other side closed'), { code }), where)).toMatchObject({
    code: 'source-unreachable',
    message,
    retryable: true,
  })
})
