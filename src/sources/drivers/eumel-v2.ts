import { defineEumel } from '../eumel.ts'

/** Verbund Eumel data logger, firmware 2.1.1. */
export const source = defineEumel({
  name: 'eumel-v2',
  firmware: '2.1.1',
  path: '/wizard/public/api/rest',
  remark: 'A device that answers 404 there has the older firmware: see [`eumel-v1`](./eumel-v1.md).',
})
