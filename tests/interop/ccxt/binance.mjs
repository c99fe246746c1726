// ccxt, unchanged, trades on the simulated Binance USDⓈ-M: REST with signed requests, the
// WebSocket API and watch* streams, all over TLS. At the end what ccxt saw is compared with the
// simulator's ledger.
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { Listener, ask, marketOf, step, watched } from './kit.mjs';

const host = process.env.SIMULATOR_BINANCE;
const symbol = 'BTC/USDT:USDT';
const instrument = 'BTCUSDT';
const market = marketOf('binance');

const rest = {};
for (const [name, version] of [['', 1], ['V2', 2], ['V3', 3]]) {
  rest[`fapiPublic${name}`] = rest[`fapiPrivate${name}`] = `https://${host}/fapi/v${version}`;
}
const settings = (apiKey, secret) => ({
  apiKey,
  secret,
  urls: {
    api: {
      ...rest,
      ws: { future: `wss://${host}/ws`, 'ws-api': { future: `wss://${host}/ws-fapi/v1` } },
    },
  },
  // What else ccxt asks for at the start (spot, margin, currencies) is no part of this venue.
  has: { fetchCurrencies: false },
  options: { fetchMarkets: { types: ['linear'] }, defaultType: 'swap', fetchMargins: false },
});
const exchange = new ccxt.pro.binanceusdm(
  settings('causeway-demo-key', 'causeway-demo-secret-000000000000000000'),
);

const listener = new Listener();
const orders = [];
const trades = [];
const watchedOrder = (id, wanted) =>
  listener.heard(orders, (order) => order.id === id && wanted(order));

try {
  await step('loadMarkets lists what trades, with ticks and steps', async () => {
    const markets = await exchange.loadMarkets();
    assert.equal(markets[symbol].id, instrument);
    assert.equal(markets[symbol].linear, true);
    assert.equal(markets[symbol].precision.price, 0.1);
    assert.equal(markets[symbol].precision.amount, 0.001);
    assert.equal(markets[symbol].limits.cost.min, 100);
    const kinds = Object.values(markets).map((one) => one.type);
    assert.equal(kinds.filter((kind) => kind === 'swap').length, 3);
    assert.equal(kinds.filter((kind) => kind === 'future').length, 1);
  });

  await step('time, tickers, funding, open interest and brackets answer', async () => {
    assert.ok(Math.abs((await exchange.fetchTime()) - Date.now()) < 60_000);
    assert.ok((await exchange.fetchTickers())[symbol].last > 0);
    assert.ok((await exchange.fetchBidsAsks([symbol]))[symbol].bid > 0);
    assert.ok((await exchange.fetchLastPrices([symbol]))[symbol].price > 0);
    const funding = await exchange.fetchFundingRate(symbol);
    assert.ok(funding.markPrice > 0 && funding.indexPrice > 0);
    assert.equal((await exchange.fetchOpenInterest(symbol)).symbol, symbol);
    const tiers = (await exchange.fetchLeverageTiers([symbol]))[symbol];
    assert.equal(tiers[0].maxLeverage, 125);
    assert.equal((await exchange.fetchTradingFee(symbol)).taker, 0.0004);
  });

  await step('fetchBalance shows the demo account', async () => {
    const balance = await exchange.fetchBalance();
    assert.equal(balance.USDT.total, 1_000_000);
    assert.equal(balance.USDT.free, 1_000_000);
  });

  let touch;
  await step('fetchOrderBook and fetchBidsAsks agree on the touch of a market at rest', async () => {
    await market('pause');
    const book = await exchange.fetchOrderBook(symbol);
    const best = (await exchange.fetchBidsAsks([symbol]))[symbol];
    assert.ok(book.bids.length >= 5 && book.asks.length >= 5);
    assert.equal(best.bid, book.bids[0][0]);
    assert.equal(best.ask, book.asks[0][0]);
    touch = { bid: book.bids[0][0], ask: book.asks[0][0] };
    await market('resume');
  });

  await step('the moving market is watched: book, ticker, trades, marks, candles', async () => {
    const book = await exchange.watchOrderBook(symbol);
    const first = book.nonce;
    const later = await watched(
      () => exchange.watchOrderBook(symbol),
      (one) => one.nonce > first + 50 && one,
    );
    assert.ok(later.bids[0][0] < later.asks[0][0]);
    const ticker = await watched(() => exchange.watchTicker(symbol), (one) => one.last && one);
    assert.equal(ticker.symbol, symbol);
    const best = await exchange.watchBidsAsks([symbol]);
    assert.ok(best[symbol].bid < best[symbol].ask);
    const news = await watched(() => exchange.watchTrades(symbol), (all) => all.length && all);
    assert.ok(news[0].amount > 0 && news[0].price > 0);
    const mark = await exchange.watchMarkPrice(symbol);
    assert.ok(mark.markPrice > 0);
    const candles = await watched(
      () => exchange.watchOHLCV(symbol, '1m'),
      (all) => all.length && all,
    );
    assert.ok(candles[0][2] >= candles[0][3]);
    assert.ok((await exchange.fetchTrades(symbol)).length > 0);
    assert.ok((await exchange.fetchOHLCV(symbol, '1m')).length > 0);
  });

  await step('a watched book is the venue’s book once the market rests', async () => {
    await market('pause');
    const deadline = Date.now() + 15_000;
    for (;;) {
      const there = await exchange.fetchOrderBook(symbol);
      const here = exchange.orderbooks[symbol];
      try {
        assert.deepEqual([...here.bids].map(([p, q]) => [p, q]), there.bids);
        assert.deepEqual([...here.asks].map(([p, q]) => [p, q]), there.asks);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  // From here on the book holds what this test puts there.
  await market('clear', { instrument });
  const low = Math.round(touch.bid - 500);
  const high = Math.round(touch.bid + 500);
  await market('place', { instrument, side: 'buy', amount: '10', price: String(low) });
  await market('place', { instrument, side: 'sell', amount: '0.3', price: String(high) });

  let resting;
  await step('a resting limit order is created, watched, fetched', async () => {
    listener.listen(() => exchange.watchOrders(), orders);
    listener.listen(() => exchange.watchMyTrades(), trades);
    // Once a probe is heard, the stream is open.
    let probed = false;
    while (!probed) {
      const probe = await exchange.createOrder(symbol, 'limit', 'buy', 0.01, low - 1000);
      await exchange.cancelOrder(probe.id, symbol);
      probed = await Promise.race([
        watchedOrder(probe.id, (order) => order.status === 'canceled').then(() => true, () => false),
        new Promise((resolve) => setTimeout(() => resolve(false), 500)),
      ]);
    }
    resting = await exchange.createOrder(symbol, 'limit', 'buy', 0.02, low + 100, {
      clientOrderId: 'one',
    });
    assert.equal(resting.status, 'open');
    assert.equal(resting.filled, 0);
    await watchedOrder(resting.id, (order) => order.status === 'open');
    const open = await exchange.fetchOpenOrders(symbol);
    assert.deepEqual(open.map((order) => order.id), [resting.id]);
    const fetched = await exchange.fetchOrder(resting.id, symbol);
    assert.equal(fetched.price, low + 100);
    assert.equal(fetched.clientOrderId, 'one');
  });

  await step('editOrder changes price and amount under the same id', async () => {
    const edited = await exchange.editOrder(resting.id, symbol, 'limit', 'buy', 0.03, low + 150);
    assert.equal(edited.id, resting.id);
    assert.equal(edited.price, low + 150);
    assert.equal(edited.amount, 0.03);
    await watchedOrder(resting.id, (order) => order.price === low + 150);
  });

  await step('cancelOrder cancels, and is told once more on the stream', async () => {
    const cancelled = await exchange.cancelOrder(resting.id, symbol);
    assert.equal(cancelled.status, 'canceled');
    await watchedOrder(resting.id, (order) => order.status === 'canceled');
    await assert.rejects(exchange.cancelOrder(resting.id, symbol), ccxt.OrderNotFound);
  });

  await step('a crossing order fills partly at once and fully later, as taker and maker', async () => {
    const order = await exchange.createOrder(symbol, 'limit', 'buy', 0.5, high);
    await watchedOrder(order.id, (one) => one.filled === 0.3);
    await market('trade', { instrument, side: 'sell', amount: '0.2', price: String(high) });
    const isPart = (trade) => trade.order === order.id;
    await listener.heard(trades, (trade) => isPart(trade) && trade.takerOrMaker === 'maker');
    const filled = await watchedOrder(order.id, (one) => one.status === 'closed');
    assert.equal(filled.filled, 0.5);
    const parts = trades.filter(isPart);
    assert.deepEqual(parts.map((trade) => trade.takerOrMaker), ['taker', 'maker']);
    assert.deepEqual(parts.map((trade) => trade.amount), [0.3, 0.2]);
    assert.ok(parts[0].fee.cost > 0 && parts[0].fee.currency === 'USDT');
    const fetched = await exchange.fetchMyTrades(symbol, undefined, undefined, { orderId: order.id });
    assert.deepEqual(new Set(fetched.map((one) => one.id)), new Set(parts.map((one) => one.id)));
  });

  await step('fetchPositions, watchPositions and watchBalance follow the fills', async () => {
    const [position] = await exchange.fetchPositions([symbol]);
    assert.equal(position.side, 'long');
    assert.equal(position.contracts, 0.5);
    assert.equal(position.entryPrice, high);
    const balanceNews = exchange.watchBalance();
    const positionNews = exchange.watchPositions([symbol]);
    await market('place', { instrument, side: 'sell', amount: '0.1', price: String(high) });
    await exchange.createOrder(symbol, 'market', 'buy', 0.1);
    const balance = await balanceNews;
    assert.ok(balance.USDT.total < 1_000_000);
    const [told] = await watched(
      () => positionNews,
      (all) => all.some((one) => one.contracts === 0.6) && all,
    );
    assert.equal(told.symbol, symbol);
  });

  await step('fill-or-kill, immediate-or-cancel and post-only leave nothing behind', async () => {
    await market('place', { instrument, side: 'sell', amount: '0.1', price: String(high) });
    const limit = (amount, params) =>
      exchange.createOrder(symbol, 'limit', 'buy', amount, high, params);
    await assert.rejects(limit(0.2, { timeInForce: 'FOK' }));
    const rest = await limit(0.2, { timeInForce: 'IOC' });
    assert.equal(rest.status, 'expired');
    assert.equal(rest.filled, 0.1);
    await assert.rejects(
      exchange.createOrder(symbol, 'limit', 'sell', 0.1, low, { postOnly: true }),
      /-5022/,
    );
    const passive = await exchange.createOrder(symbol, 'limit', 'sell', 0.1, high + 10, {
      postOnly: true,
    });
    assert.equal(passive.status, 'open');
    await exchange.cancelOrder(passive.id, symbol);
  });

  await step('orders over the WebSocket API: placed, modified, queried, cancelled', async () => {
    const placed = await exchange.createOrderWs(symbol, 'limit', 'buy', 0.01, low + 20);
    assert.equal(placed.status, 'open');
    const edited = await exchange.editOrderWs(placed.id, symbol, 'limit', 'buy', 0.02, low + 30);
    assert.equal(edited.amount, 0.02);
    assert.equal((await exchange.fetchOrderWs(placed.id, symbol)).price, low + 30);
    assert.equal((await exchange.cancelOrderWs(placed.id, symbol)).status, 'canceled');
    assert.ok((await exchange.fetchBalanceWs()).USDT.total < 1_000_000);
    assert.equal((await exchange.fetchPositionsWs([symbol]))[0].contracts, 0.7);
    await assert.rejects(exchange.cancelOrderWs(placed.id, symbol), ccxt.OrderNotFound);
  });

  await step('errors of the venue arrive as the right exceptions', async () => {
    await assert.rejects(exchange.fetchOrder('1', symbol), ccxt.OrderNotFound);
    await assert.rejects(
      exchange.createOrder(symbol, 'limit', 'sell', 0.1, low, { reduceOnly: true, timeInForce: 'XYZ' }),
    );
    await exchange.setLeverage(1, symbol);
    await assert.rejects(
      exchange.createOrder(symbol, 'limit', 'buy', 12, low),
      /-2019/,
    );
    await exchange.setLeverage(20, symbol);
    await assert.rejects(exchange.setMarginMode('cross', symbol), /No need to change margin type/);
    const stranger = new ccxt.binanceusdm(settings('causeway-demo-key', 'wrong'));
    await assert.rejects(stranger.fetchBalance(), ccxt.AuthenticationError);
    const nobody = new ccxt.binanceusdm(settings('nobody', 'wrong'));
    await assert.rejects(nobody.fetchBalance(), ccxt.AuthenticationError);
  });

  await step('a stop waits with an id of its own, fires on the mark, and its child trades', async () => {
    const stop = await exchange.createOrder(symbol, 'market', 'sell', 0.2, undefined, {
      stopLossPrice: low - 100,
      workingType: 'MARK_PRICE',
      reduceOnly: true,
    });
    assert.equal(stop.status, 'open');
    const waiting = await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true });
    assert.deepEqual(waiting.map((one) => one.id), [stop.id]);
    await market('index', { index: 'btc_usdt', price: String(low - 110) });
    const child = await listener.heard(
      orders,
      (order) => order.id !== stop.id && order.status === 'closed' && order.amount === 0.2,
    );
    assert.equal(child.average, low);
    const done = await exchange.fetchOrder(stop.id, symbol, { trigger: true });
    assert.equal(done.info.actualOrderId, child.id);
    await market('index', { index: 'btc_usdt', price: String(touch.bid) });
  });

  await step('a batch, a closing order, and cancelAllOrders', async () => {
    const made = await exchange.createOrders([
      { symbol, type: 'limit', side: 'buy', amount: 0.01, price: low - 50 },
      { symbol, type: 'limit', side: 'buy', amount: 0.01, price: low - 60 },
    ]);
    assert.deepEqual(made.map((order) => order.status), ['open', 'open']);
    await exchange.cancelOrders([made[0].id], symbol);
    assert.equal((await exchange.fetchOpenOrders(symbol)).length, 1);
    await exchange.cancelAllOrders(symbol);
    assert.equal((await exchange.fetchOpenOrders(symbol)).length, 0);
    const closing = await exchange.createOrder(symbol, 'limit', 'sell', 0.5, low, {
      reduceOnly: true,
    });
    await watchedOrder(closing.id, (order) => order.status === 'closed');
    const left = await exchange.fetchPositions([symbol]);
    assert.equal(left.filter((one) => one.contracts !== 0).length, 0);
  });

  await step('what ccxt knows is what the ledger knows', async () => {
    const { binance: ledger } = await ask('GET', '/v1/ledger');
    const fills = ledger.fills.filter((fill) => fill.instrument === instrument);
    const mine = await exchange.fetchMyTrades(symbol, undefined, 1000);
    assert.deepEqual(
      mine.map((trade) => [trade.id, trade.order, String(trade.amount), String(trade.price)]).sort(),
      fills.map((fill) => [fill.trade_id, fill.order_id, fill.amount, fill.price]).sort(),
    );
    for (const order of ledger.orders.filter((one) => !one.trigger_price)) {
      const known = await exchange.fetchOrder(order.order_id, symbol);
      assert.equal(String(known.filled), order.filled, order.order_id);
      assert.equal(known.clientOrderId, order.label, order.order_id);
    }
    const balance = await exchange.fetchBalance();
    assert.equal(balance.USDT.total.toFixed(6), Number(ledger.accounts[0].balances.USDT).toFixed(6));
    assert.equal(ledger.orders.filter((order) => order.state === 'open').length, 0);
    assert.deepEqual(trades.map((trade) => trade.id).sort(), fills.map((fill) => fill.trade_id).sort());
    const income = await exchange.fetchLedger('USDT', undefined, 1000, { incomeType: 'COMMISSION' });
    assert.equal(income.length, fills.length);
  });
} finally {
  listener.close();
  await exchange.close();
}
// ccxt's timer that renews the listen key would keep the process for twenty minutes.
process.exit(0);
