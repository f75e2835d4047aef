// The usual way: node:http, a connection for each poll, fast-xml-parser with the options that keep values as they are.

import { get } from 'node:http'
import { XMLParser } from 'fast-xml-parser'

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
})

/** Reads the export counter of a meter, in Wh. */
export async function poll(url: string): Promise<{ at: Date; wattHours: string; serial: string }> {
  const device = parser.parse(await fetchText(`${url}/wizard/public/api/rest`)).SunSpecData.d
  const meter = device.m.find((model: { id: string }) => model.id === '211')
  const point = meter.p.find((one: { id: string }) => one.id === 'TotWhExp')
  return { at: new Date(device.t), wattHours: point['#text'], serial: device.sn }
}

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, auth: 'admin:admin' }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', piece => {
        text += piece
      })
      response.on('end', () => resolve(text))
    })
    request.on('error', reject)
  })
}
