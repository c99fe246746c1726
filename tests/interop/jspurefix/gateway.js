// Runs oms.js against the whole gateway: starts the simulator and the gateway on free ports in a
// folder of their own, lets the OMS trade, and asks the simulator's ledger whether it saw the same.
//
//   node gateway.js <causeway-sim> <causeway> <oms.js>
'use strict'
const fs = require('node:fs')
const http = require('node:http')
const https = require('node:https')
const os = require('node:os')
const path = require('node:path')
const { spawn } = require('node:child_process')
const { once } = require('node:events')

const [simulatorProgram, gatewayProgram, oms] = process.argv.slice(2)
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'causeway-jspurefix-'))
const children = []
const patienceMs = 60000

function start (program, args, env = {}) {
  const child = spawn(program, args, {
    cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  child.text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => { child.text += chunk })
  }
  children.push(child)
  return child
}

// What the first group of `pattern` matches in the program's output, as soon as it does.
async function printed (child, pattern) {
  const end = Date.now() + patienceMs
  for (;;) {
    const found = pattern.exec(child.text)
    if (found) return found[1]
    if (child.exitCode !== null || Date.now() > end) {
      throw new Error(`no ${pattern} from ${child.spawnfile}:\n${child.text}`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

function get (url, options = {}) {
  return new Promise((resolve, reject) => {
    (url.startsWith('https') ? https : http).get(url, options, response => {
      let text = ''
      response.on('data', chunk => { text += chunk })
      response.on('end', () => resolve(JSON.parse(text)))
    }).on('error', reject)
  })
}

function configuration (deribitPort) {
  fs.mkdirSync(path.join(folder, 'var/keys'), { recursive: true })
  fs.writeFileSync(path.join(folder, 'var/keys/demo.key'),
    'key=causeway-demo-key\nsecret=causeway-demo-secret-000000000000000000\n', { mode: 0o600 })
  return `[DEFAULT]
ConnectionType=acceptor
BeginString=FIX.4.4
SenderCompID=CAUSEWAY
SocketAcceptHost=127.0.0.1
SocketAcceptPort=0
StatePath=var
[SESSION]
TargetCompID=OMS
Accounts=main
TimestampPrecision=6
[VENUE]
Name=DERIBIT
Url=wss://127.0.0.1:${deribitPort}/ws/api/v2
CAFile=var/sim/ca.pem
[ACCOUNT]
Name=main
Venue=DERIBIT
KeyRef=file:var/keys/demo.key
[RISK]
PriceCollarPercent=5
ReferenceMaxAgeMs=5000
`
}

const onTick = price => Math.round(price)

async function main () {
  const simulator = start(simulatorProgram, ['--control-port', '0', '--port-deribit', '0'])
  const deribit = await printed(simulator, /listening deribit [\d.]+:(\d+)/)
  const control = await printed(simulator, /listening control [\d.]+:(\d+)/)
  await printed(simulator, /(ready)/)
  fs.writeFileSync(path.join(folder, 'sessions.cfg'), configuration(deribit))
  const gateway = start(gatewayProgram, ['run', '-c', 'sessions.cfg'])
  const fix = await printed(gateway, /listening fix [\d.]+:(\d+)/)
  await printed(gateway, /venue DERIBIT (open)/)

  const ca = fs.readFileSync(path.join(folder, 'var/sim/ca.pem'))
  const { result: ticker } = await get(
    `https://127.0.0.1:${deribit}/api/v2/public/ticker?instrument_name=BTC-PERPETUAL`, { ca })
  const trader = start(process.execPath, [oms], {
    FIX_PORT: fix,
    FIX_COMP_ID: 'OMS',
    FIX_ACCOUNT: 'main',
    FIX_QTY: '1000',
    FIX_AMENDED_QTY: '2000',
    FIX_FILL_QTY: '500',
    FIX_RESTING_PRICE: String(onTick(ticker.mark_price * 0.99)),
    FIX_CROSSING_PRICE: String(onTick(ticker.mark_price * 1.01))
  })
  const [code] = await once(trader, 'exit')
  process.stdout.write(trader.text)
  if (code !== 0) throw new Error(`the OMS ended with ${code}; the gateway said:\n${gateway.text}`)

  const { deribit: ledger } = await get(`http://127.0.0.1:${control}/v1/ledger`)
  const filled = ledger.orders.filter(order => order.state === 'filled')
  const cancelled = ledger.orders.filter(order => order.state === 'cancelled')
  if (filled.length !== 3 || cancelled.length !== 2 || ledger.orders.length !== 5 ||
      filled.some(order => Number(order.filled) !== 500)) {
    throw new Error(`the ledger tells another story: ${JSON.stringify(ledger, null, 2)}`)
  }
  gateway.kill('SIGTERM')
  const [gatewayCode] = await once(gateway, 'exit')
  if (gatewayCode !== 0) throw new Error(`the gateway ended with ${gatewayCode}:\n${gateway.text}`)
  console.log('gateway: the ledger saw 3 filled and 2 cancelled orders, as the OMS did')
}

main().then(() => 0, error => {
  console.error(error)
  return 1
}).then(code => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM')
  fs.rmSync(folder, { recursive: true, force: true })
  process.exit(code)
})
