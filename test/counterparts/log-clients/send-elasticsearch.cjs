// Elastic's own client creates documents at the URL of the first argument, one of them twice.
const { Client } = require('@elastic/elasticsearch')

const client = new Client({ node: process.argv[2], tls: { rejectUnauthorized: false } })
const document = { '@timestamp': '2024-05-01T08:00:00.000Z', message: 'hello from the client' }

async function main() {
  const operations = ['a', 'a', 'b'].flatMap(_id => [
    { create: { _id } },
    { ...document, event: { id: _id } },
  ])
  const answer = await client.bulk({ index: 'logs-energyweb-default', operations })
  process.stdout.write(JSON.stringify(answer.items.map(({ create }) => create.status)))
}
main()
