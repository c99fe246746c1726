// ccxt, unchanged, trades on the simulated Deribit: REST with signed requests, watch* over a
// WebSocket, both over TLS. At the end what ccxt saw is compared with the simulator's ledger.
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { Listener, ask, marketOf, step, watched } from './kit.mjs';

const host = process.env.SIMULATOR_DERIBIT;
const symbol = 'BTC/USD:BTC';
const instrument = 'BTC-PERPETUAL';

const exchange = new ccxt.pro.deribit({
  apiKey: 'causeway-demo-key',
  secret: 'causeway-demo-secret-000000000000000000',
  urls: { api: { rest: `https://${host}`, ws: `wss://${host}/ws/api/v2` } },
});

const market = marketOf('deribit');

const listener = new Listener();
const orders = [];
const trades = [];
const heard = (list, wanted) => listener.heard(list, wanted);
const watchedOrder = (id, wanted) => heard(orders, (order) => order.id === id && wanted(order));

try {
  await step('loadMarkets lists what trades, with ticks and steps', async () => {
    const markets = await exchange.loadMarkets();
    const perpetual = markets[symbol];
    assert.equal(perpetual.id, instrument);
    assert.equal(perpetual.inverse, true);
    assert.equal(perpetual.precision.price, 0.5);
    assert.equal(perpetual.precision.amount, 10);
    assert.equal(markets['ETH/USDC:USDC'].linear, true);
    const kinds = Object.values(markets).map((one) => one.type);
    assert.equal(kinds.filter((kind) => kind === 'swap').length, 4);
    assert.equal(kinds.filter((kind) => kind === 'future').length, 2);
    assert.equal(kinds.filter((kind) => kind === 'option').length, 12);
  });

  await step('fetchTime, fetchStatus and fetchCurrencies answer', async () => {
    assert.ok(Math.abs((await exchange.fetchTime()) - Date.now()) < 60_000);
    assert.equal((await exchange.fetchStatus()).status, 'ok');
    assert.ok('BTC' in (await exchange.fetchCurrencies()));
  });

  await step('fetchBalance shows the demo account', async () => {
    const balance = await exchange.fetchBalance();
    assert.equal(balance.BTC.total, 100);
    assert.equal(balance.ETH.total, 1000);
    assert.equal(balance.USDC.total, 1_000_000);
    assert.equal(balance.USDT.total, 1_000_000);
  });

  let touch;
  await step('fetchOrderBook and fetchTicker agree on the touch of a market at rest', async () => {
    await market('pause');
    const book = await exchange.fetchOrderBook(symbol);
    const ticker = await exchange.fetchTicker(symbol);
    assert.ok(book.bids.length >= 5 && book.asks.length >= 5);
    assert.ok(book.bids[0][0] < book.asks[0][0]);
    assert.equal(ticker.bid, book.bids[0][0]);
    assert.equal(ticker.ask, book.asks[0][0]);
    touch = { bid: book.bids[0][0], ask: book.asks[0][0] };
  });

  await step('the moving market is watched: ticker, trades, book, candles', async () => {
    await market('resume');
    const ticker = await watched(() => exchange.watchTicker(symbol), (one) => one.last && one);
    assert.equal(ticker.symbol, symbol);
    const news = await watched(() => exchange.watchTrades(symbol), (all) => all.length && all);
    assert.ok(news[0].amount > 0 && news[0].price > 0);
    const book = await exchange.watchOrderBook(symbol);
    const first = book.timestamp;
    const later = await watched(
      () => exchange.watchOrderBook(symbol),
      (one) => one.timestamp > first && one,
    );
    assert.ok(later.bids[0][0] < later.asks[0][0]);
    const candles = await watched(
      () => exchange.watchOHLCV(symbol, '1m'),
      (all) => all.length && all,
    );
    assert.ok(candles[0][2] >= candles[0][3]);
    const history = await exchange.fetchTrades(symbol);
    assert.ok(history.length > 0);
    await market('pause');
  });

  // From here on the book holds what this test puts there.
  await market('clear', { instrument });
  const low = touch.bid - 500;
  const high = touch.bid + 500;
  await market('place', { instrument, side: 'buy', amount: '1000', price: String(low) });
  await market('place', { instrument, side: 'sell', amount: '30', price: String(high) });

  let resting;
  await step('a resting limit order is created, watched, fetched', async () => {
    listener.listen(() => exchange.watchOrders(), orders);
    listener.listen(() => exchange.watchMyTrades(), trades);
    // The socket is served in order: once the balance came, the others are subscribed.
    await exchange.watchBalance();
    resting = await exchange.createOrder(symbol, 'limit', 'buy', 20, low + 100, { label: 'one' });
    assert.equal(resting.status, 'open');
    assert.equal(resting.filled, 0);
    await watchedOrder(resting.id, (order) => order.status === 'open');
    const open = await exchange.fetchOpenOrders(symbol);
    assert.deepEqual(open.map((order) => order.id), [resting.id]);
    const fetched = await exchange.fetchOrder(resting.id, symbol);
    assert.equal(fetched.price, low + 100);
    assert.equal(fetched.info.label, 'one');
  });

  await step('editOrder changes price and amount under the same id', async () => {
    const edited = await exchange.editOrder(resting.id, symbol, 'limit', 'buy', 30, low + 150);
    assert.equal(edited.id, resting.id);
    assert.equal(edited.price, low + 150);
    assert.equal(edited.amount, 30);
    assert.equal(edited.info.replaced, true);
    await watchedOrder(resting.id, (order) => order.price === low + 150);
  });

  await step('cancelOrder cancels, and is told once more on the stream', async () => {
    const cancelled = await exchange.cancelOrder(resting.id, symbol);
    assert.equal(cancelled.status, 'canceled');
    await watchedOrder(resting.id, (order) => order.status === 'canceled');
    await assert.rejects(exchange.cancelOrder(resting.id, symbol));
  });

  await step('a crossing order fills partly at once and fully later, as taker and maker', async () => {
    const order = await exchange.createOrder(symbol, 'limit', 'buy', 50, high, { label: 'two' });
    assert.equal(order.status, 'open');
    assert.equal(order.filled, 30);
    assert.equal(order.trades.length, 1);
    assert.equal(order.trades[0].takerOrMaker, 'taker');
    assert.ok(order.trades[0].fee.cost > 0);
    await market('trade', { instrument, side: 'sell', amount: '20', price: String(high) });
    const isPart = (trade) => trade.order === order.id;
    await heard(trades, (trade) => isPart(trade) && trade.takerOrMaker === 'maker');
    const filled = await watchedOrder(order.id, (one) => one.status === 'closed');
    assert.equal(filled.filled, 50);
    const parts = trades.filter(isPart);
    assert.deepEqual(parts.map((trade) => trade.takerOrMaker), ['taker', 'maker']);
    assert.deepEqual(parts.map((trade) => trade.amount), [30, 20]);
    const fetched = await exchange.fetchOrderTrades(order.id);
    assert.deepEqual(new Set(fetched.map((one) => one.id)), new Set(parts.map((one) => one.id)));
  });

  await step('fetchPositions and watchBalance follow the fills', async () => {
    const positions = await exchange.fetchPositions([symbol]);
    assert.equal(positions.length, 1);
    assert.equal(positions[0].side, 'long');
    assert.equal(Number(positions[0].info.size), 50);
    assert.equal(positions[0].entryPrice, high);
    // The balance is told when an order changes it.
    const news = exchange.watchBalance();
    const order = await exchange.createOrder(symbol, 'limit', 'buy', 10, low + 10);
    const { BTC } = (await news).BTC; // ccxt wraps each currency's balance in its own name
    assert.ok(BTC.free < BTC.total && BTC.total < 100.01 && BTC.total > 99.9);
    await exchange.cancelOrder(order.id, symbol);
  });

  await step('a market order fills; fill-or-kill and immediate-or-cancel leave nothing', async () => {
    await market('place', { instrument, side: 'sell', amount: '10', price: String(high) });
    const order = await exchange.createOrder(symbol, 'market', 'buy', 10);
    assert.equal(order.status, 'closed');
    assert.equal(order.average, high);
    await market('place', { instrument, side: 'sell', amount: '10', price: String(high) });
    const killed = await exchange.createOrder(symbol, 'limit', 'buy', 20, high, { timeInForce: 'FOK' });
    assert.equal(killed.status, 'canceled');
    assert.equal(killed.filled, 0);
    const rest = await exchange.createOrder(symbol, 'limit', 'buy', 20, high, { timeInForce: 'IOC' });
    assert.equal(rest.status, 'canceled');
    assert.equal(rest.filled, 10);
  });

  await step('a post-only order that would take is refused', async () => {
    await assert.rejects(
      exchange.createOrder(symbol, 'limit', 'sell', 10, low, { postOnly: true }),
      /11054/,
    );
    const passive = await exchange.createOrder(symbol, 'limit', 'sell', 10, high, { postOnly: true });
    assert.equal(passive.status, 'open');
    assert.equal(passive.postOnly, true);
    await exchange.cancelOrder(passive.id, symbol);
  });

  await step('errors of the venue arrive as the right exceptions', async () => {
    await assert.rejects(
      exchange.createOrder(symbol, 'limit', 'buy', 900_000_000, low),
      ccxt.InsufficientFunds,
    );
    await assert.rejects(exchange.fetchOrder('1', symbol), ccxt.OrderNotFound);
    const stranger = new ccxt.deribit({
      apiKey: 'causeway-demo-key',
      secret: 'wrong',
      urls: { api: { rest: `https://${host}` } },
    });
    await assert.rejects(stranger.fetchBalance(), ccxt.AuthenticationError);
  });

  await step('a stop waits, fires on the mark, and its child order trades', async () => {
    const stop = await exchange.createOrder(symbol, 'market', 'sell', 20, undefined, {
      stopLossPrice: low - 100,
      trigger: 'mark_price',
      reduceOnly: true,
      label: 'stop',
    });
    assert.equal(stop.info.order_state, 'untriggered');
    assert.equal(stop.info.price, 'market_price');
    await market('index', { index: 'btc_usd', price: String(low - 110) });
    const child = await heard(orders, (order) => order.info.trigger_order_id === stop.id);
    assert.equal(child.info.label, 'stop');
    const done = await exchange.fetchOrder(child.id, symbol);
    assert.equal(done.status, 'closed');
    assert.equal(done.average, low);
    await market('index', { index: 'btc_usd', price: String(touch.bid) });
  });

  await step('reduce-only never opens a position', async () => {
    const closing = await exchange.createOrder(symbol, 'limit', 'sell', 1000, low, { reduceOnly: true });
    assert.equal(closing.status, 'closed');
    assert.equal(closing.amount, 50);
    await assert.rejects(
      exchange.createOrder(symbol, 'limit', 'sell', 10, low, { reduceOnly: true }),
    );
    const positions = await exchange.fetchPositions([symbol]);
    assert.equal(positions.filter((one) => one.contracts !== 0).length, 0);
  });

  await step('linear perpetual and option trade in their own units', async () => {
    const linear = await exchange.createOrder('BTC/USDC:USDC', 'market', 'buy', 0.001);
    assert.equal(linear.status, 'closed');
    assert.equal(linear.filled, 0.001);
    assert.equal(linear.trades[0].fee.currency, 'USDC');
    const calls = Object.values(exchange.markets).filter((one) => one.optionType === 'call');
    const call = calls.find((one) => one.base === 'BTC' && one.strike === 90_000);
    const ask = (await exchange.fetchOrderBook(call.symbol)).asks[0][0];
    const option = await exchange.createOrder(call.symbol, 'limit', 'buy', 0.1, ask);
    assert.equal(option.status, 'closed');
    const greeks = await exchange.fetchGreeks(call.symbol);
    assert.ok(greeks.delta > 0 && greeks.delta < 1);
  });

  await step('cancelAllOrders leaves no open order', async () => {
    await exchange.createOrder(symbol, 'limit', 'buy', 10, low - 50);
    await exchange.createOrder(symbol, 'limit', 'buy', 10, low - 60);
    assert.equal((await exchange.fetchOpenOrders(symbol)).length, 2);
    await exchange.cancelAllOrders(symbol);
    assert.equal((await exchange.fetchOpenOrders(symbol)).length, 0);
  });

  await step('what ccxt knows is what the ledger knows', async () => {
    const { deribit: ledger } = await ask('GET', '/v1/ledger');
    const fills = ledger.fills.filter((fill) => fill.instrument === instrument);
    const mine = await exchange.fetchMyTrades(symbol, undefined, 1000);
    assert.deepEqual(
      mine.map((trade) => [trade.id, trade.order, String(trade.amount), String(trade.price)]).sort(),
      fills.map((fill) => [fill.trade_id, fill.order_id, fill.amount, fill.price]).sort(),
    );
    for (const order of ledger.orders) {
      const known = await exchange.fetchOrder(order.order_id);
      assert.equal(String(known.filled), order.filled, order.order_id);
      assert.equal(known.info.order_state, order.state, order.order_id);
      assert.equal(known.info.label, order.label, order.order_id);
    }
    const balance = await exchange.fetchBalance();
    const { balances } = ledger.accounts[0];
    const bitcoin = balance.info.summaries.find((one) => one.currency === 'BTC').balance;
    assert.equal(Number(bitcoin).toFixed(8), Number(balances.BTC).toFixed(8));
    assert.equal(ledger.orders.filter((order) => order.state === 'open').length, 0);
    const told = trades.filter((trade) => trade.info.instrument_name === instrument);
    assert.deepEqual(told.map((trade) => trade.id).sort(), fills.map((fill) => fill.trade_id).sort());
  });
} finally {
  listener.close();
  await exchange.close();
}
