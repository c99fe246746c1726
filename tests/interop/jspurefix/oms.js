// An OMS built on jspurefix, run against a Causeway gateway. It trades the way a desk would and
// checks every answer; the exit code is 0 only if all of it held.
//
// From the environment:
//   FIX_HOST, FIX_PORT            where the gateway listens (127.0.0.1, 5001)
//   FIX_COMP_ID, FIX_TARGET       the session's CompIDs (OMS, CAUSEWAY)
//   FIX_USERNAME, FIX_PASSWORD    where the session asks for them
//   FIX_DICTIONARY                the QuickFIX-format dictionary (fixspec/dictionary/FIX44.xml)
//   FIX_ACCOUNT, FIX_VENUE, FIX_SYMBOL
//   FIX_QTY, FIX_AMENDED_QTY, FIX_FILL_QTY
//   FIX_RESTING_PRICE, FIX_CROSSING_PRICE   a buy that rests, a buy that fills
//   FIX_ACCEPTOR                  a program to start first; it prints "port <n>" and lives until
//                                 its standard input ends
//   FIX_VERBOSE                   1: every message on standard output
'use strict'
require('reflect-metadata')
const path = require('node:path')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { AsciiSession, SessionLauncher, EmptyLogFactory } = require('jspurefix')

const env = (name, otherwise) => process.env[name] || otherwise
const settings = {
  host: env('FIX_HOST', '127.0.0.1'),
  port: Number(env('FIX_PORT', '5001')),
  compId: env('FIX_COMP_ID', 'OMS'),
  target: env('FIX_TARGET', 'CAUSEWAY'),
  dictionary: path.resolve(env('FIX_DICTIONARY',
    path.join(__dirname, '../../../fixspec/dictionary/FIX44.xml'))),
  account: env('FIX_ACCOUNT', 'main'),
  venue: env('FIX_VENUE', 'DERIBIT'),
  symbol: env('FIX_SYMBOL', 'BTC-PERPETUAL'),
  qty: Number(env('FIX_QTY', '20')),
  amendedQty: Number(env('FIX_AMENDED_QTY', '30')),
  fillQty: Number(env('FIX_FILL_QTY', '10')),
  restingPrice: Number(env('FIX_RESTING_PRICE', '20000')),
  crossingPrice: Number(env('FIX_CROSSING_PRICE', '200000'))
}
const patienceMs = 20000
const runId = Date.now().toString(36)
let nextId = 1
const newId = () => `${runId}-${nextId++}`
let checks = 0

function check (condition, what, message) {
  if (!condition) {
    throw new Error(`${what}; got ${JSON.stringify(message)}`)
  }
  checks++
}

// What came in and is not yet taken, and who waits for it.
class Inbox {
  constructor () {
    this.messages = []
    this.waiters = []
  }

  put (type, message) {
    this.messages.push({ type, message })
    this.waiters.splice(0).forEach(wake => wake())
  }

  // The first message of `type` for which `matches` holds; what came before it stays.
  async take (type, matches, what) {
    const end = Date.now() + patienceMs
    for (;;) {
      const found = this.messages.findIndex(m => m.type === type && matches(m.message))
      if (found >= 0) return this.messages.splice(found, 1)[0].message
      const left = end - Date.now()
      if (left <= 0) {
        throw new Error(`no ${what}; unread: ${JSON.stringify(this.messages)}`)
      }
      let timer
      await Promise.race([
        new Promise(resolve => this.waiters.push(resolve)),
        new Promise(resolve => { timer = setTimeout(resolve, left) })])
      clearTimeout(timer)
    }
  }
}

class Oms extends AsciiSession {
  constructor (config, desk) {
    super(config)
    this.desk = desk
  }

  onLogon () { return true }
  onReady () { this.desk.inbox.put('ready', {}) }
  onStopped () {}
  onApplicationMsg (type, view) { this.desk.inbox.put(type, view.toObject()) }
  onDecoded (type, text) {
    this.show('<', text)
    if (type === '5') this.desk.inbox.put('logout', { text })
  }

  onEncoded (type, text) { this.show('>', text) }
  show (direction, text) { if (process.env.FIX_VERBOSE === '1') console.log(direction, text) }

  order (type, fields) { this.send(type, { TransactTime: new Date(), ...fields }) }
  logout () { this.done() }

  // The network goes away once everything that was sent has left, and nothing more is read.
  dropConnection () {
    const socket = this.transport.duplex.socket
    socket.pause()
    socket.end(() => socket.destroy(new Error('the network is gone')))
  }
}

class Launcher extends SessionLauncher {
  constructor (description, desk) {
    super(description, null, new EmptyLogFactory())
    this.desk = desk
  }

  makeFactory () {
    return { makeSession: config => (this.desk.session = new Oms(config, this.desk)) }
  }
}

const instrument = () => ({ Symbol: settings.symbol, SecurityExchange: settings.venue })
const limitBuy = (clOrdId, qty, price) => ({
  ClOrdID: clOrdId,
  Account: settings.account,
  Instrument: instrument(),
  Side: '1',
  OrdType: '2',
  TimeInForce: '1',
  OrderQty: qty,
  Price: price
})

class Desk {
  constructor () {
    this.inbox = new Inbox()
    this.session = null
  }

  async report (clOrdId, execType) {
    const report = await this.inbox.take('8',
      m => m.ClOrdID === clOrdId && m.ExecType === execType, `ExecType ${execType} for ${clOrdId}`)
    check(report.CumQty + report.LeavesQty === report.OrderQty ||
      ['2', '4', '8', 'C'].includes(report.OrdStatus), 'quantities add up', report)
    return report
  }

  // Reports of fills until the order is filled.
  async filled (clOrdId, qty) {
    for (let sum = 0; ;) {
      const fill = await this.report(clOrdId, 'F')
      sum += fill.LastQty
      check(fill.CumQty === sum, 'CumQty is the sum of the fills', fill)
      if (fill.OrdStatus === '2') {
        check(sum === qty && fill.LeavesQty === 0, 'the whole order is filled', fill)
        return fill
      }
    }
  }

  async securityList () {
    this.session.send('x', {
      SecurityReqID: newId(), SecurityListRequestType: 0, Instrument: instrument()
    })
    const list = await this.inbox.take('y', () => true, 'SecurityList')
    const [found] = list.NoRelatedSym
    check(found.Symbol === settings.symbol && found.SecurityExchange === settings.venue,
      'the instrument is listed', list)
    check(found.MinPriceIncrement > 0 && found.QtyStep > 0, 'it has its tick and step', list)
  }

  async placeAmendCancel () {
    const [placed, amended, cancelled] = [newId(), newId(), newId()]
    this.session.order('D', limitBuy(placed, settings.qty, settings.restingPrice))
    await this.report(placed, 'A')
    const accepted = await this.report(placed, '0')
    check(accepted.OrdStatus === '0' && accepted.LeavesQty === settings.qty, 'it rests', accepted)

    this.session.order('G', {
      ...limitBuy(amended, settings.amendedQty, settings.restingPrice), OrigClOrdID: placed
    })
    await this.report(amended, 'E')
    const replaced = await this.report(amended, '5')
    check(replaced.OrderQty === settings.amendedQty && replaced.OrigClOrdID === placed,
      'it is amended', replaced)

    this.session.order('F', {
      ClOrdID: cancelled, OrigClOrdID: amended, Instrument: instrument(), Side: '1'
    })
    await this.report(cancelled, '6')
    const gone = await this.report(cancelled, '4')
    check(gone.OrdStatus === '4' && gone.LeavesQty === 0, 'it is cancelled', gone)
    check(gone.OrderID === accepted.OrderID, 'OrderID stays the same', gone)
  }

  async fill () {
    const id = newId()
    this.session.order('D', limitBuy(id, settings.fillQty, settings.crossingPrice))
    await this.report(id, '0')
    await this.filled(id, settings.fillQty)
  }

  async refusals () {
    const [repeated, unknown] = [newId(), newId()]
    this.session.order('D', limitBuy(repeated, settings.qty, settings.restingPrice))
    await this.report(repeated, '0')
    this.session.order('D', limitBuy(repeated, settings.qty, settings.restingPrice))
    const duplicate = await this.report(repeated, '8')
    check(duplicate.OrdRejReason === 6, 'a ClOrdID counts once', duplicate)
    this.session.order('F', {
      ClOrdID: unknown, OrigClOrdID: 'never-sent', Instrument: instrument(), Side: '1'
    })
    const reject = await this.inbox.take('9', m => m.ClOrdID === unknown, 'OrderCancelReject')
    check(reject.CxlRejReason === 1, 'an unknown order cannot be cancelled', reject)
    const status = newId()
    this.session.order('H', {
      ClOrdID: repeated, OrdStatusReqID: status, Instrument: instrument(), Side: '1'
    })
    const answer = await this.report(repeated, 'I')
    check(answer.OrdStatusReqID === status && answer.OrdStatus === '0', 'status is told', answer)
    this.session.order('q', { ClOrdID: newId(), MassCancelRequestType: '7' })
    const mass = await this.inbox.take('r', () => true, 'OrderMassCancelReport')
    check(mass.MassCancelResponse === '7' && mass.TotalAffectedOrders >= 1, 'all is cancelled', mass)
  }

  // The connection drops right after an order: what the gateway says meanwhile is asked for again
  // after the next logon, and comes as possible duplicates.
  async resendAfterDrop () {
    const id = newId()
    this.session.order('D', limitBuy(id, settings.fillQty, settings.crossingPrice))
    await new Promise(resolve => setImmediate(resolve))
    this.session.dropConnection()
    await this.inbox.take('ready', () => true, 'second logon')
    const resent = await this.report(id, '0')
    check(resent.StandardHeader.PossDupFlag === true, 'the report is a resent one', resent)
    check(resent.StandardHeader.OrigSendingTime !== undefined, 'it says when it was made', resent)
    const fill = await this.filled(id, settings.fillQty)
    check(fill.OrdStatus === '2', 'the missed fill arrives', fill)
    await this.fill()
  }

  async run () {
    await this.inbox.take('ready', () => true, 'logon')
    await this.securityList()
    await this.placeAmendCancel()
    await this.fill()
    await this.refusals()
    await this.resendAfterDrop()
    this.session.logout()
    await this.inbox.take('logout', () => true, 'Logout in answer to ours')
  }
}

async function startAcceptor (program) {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
  let text = ''
  while (!/port (\d+)/.test(text)) {
    const [chunk] = await once(child.stdout, 'data')
    text += chunk
  }
  settings.port = Number(/port (\d+)/.exec(text)[1])
  return child
}

async function main () {
  const acceptor = process.env.FIX_ACCEPTOR ? await startAcceptor(process.env.FIX_ACCEPTOR) : null
  const desk = new Desk()
  const launcher = new Launcher({
    application: {
      type: 'initiator',
      name: 'oms',
      resilient: true,
      reconnectSeconds: 1,
      connectTimeoutSeconds: 10,
      recoveryAttemptSeconds: 1,
      backoffFailConnectSeconds: 1,
      tcp: { host: settings.host, port: settings.port },
      protocol: 'ascii',
      dictionary: settings.dictionary
    },
    Username: process.env.FIX_USERNAME,
    Password: process.env.FIX_PASSWORD,
    ResetSeqNumFlag: false,
    HeartBtInt: 30,
    SenderCompId: settings.compId,
    TargetCompID: settings.target,
    BeginString: 'FIX.4.4'
  }, desk)
  const ended = launcher.run()
  try {
    await Promise.race([desk.run(), ended.then(() => { throw new Error('the session ended') })])
    console.log(`jspurefix: ${checks} checks held`)
  } finally {
    launcher.stop()
    if (acceptor) acceptor.stdin.end()
  }
}

main().then(() => process.exit(0), error => {
  console.error(error)
  process.exit(1)
})
