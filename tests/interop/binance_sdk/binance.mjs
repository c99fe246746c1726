// The venue's own connector, unchanged, on the simulated Binance: REST and user stream with the
// HMAC key, the WebSocket API with the Ed25519 key that the simulator wrote, and market streams,
// all over TLS. It is told nothing but addresses and keys.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { ask, marketOf, step } from './kit.mjs';

const host = process.env.SIMULATOR_BINANCE;
const symbol = 'BTCUSDT';
const market = marketOf('binance');
const client = new DerivativesTradingUsdsFutures({
  configurationRestAPI: {
    apiKey: 'causeway-demo-key',
    apiSecret: 'causeway-demo-secret-000000000000000000',
    basePath: `https://${host}`,
    timeout: 10_000,
  },
  configurationWebsocketAPI: {
    apiKey: 'causeway-demo-key-ed25519',
    privateKey: readFileSync(join(process.env.SIMULATOR_STATE, 'binance-ed25519.pem')),
    wsURL: `wss://${host}/ws-fapi/v1`,
  },
  configurationWebsocketStreams: { wsURL: `wss://${host}` },
});
// REST replies read their body on demand; those of the WebSocket API hold theirs.
async function data(reply) {
  const answer = await reply;
  const body = typeof answer.data === 'function' ? await answer.data() : answer.data;
  return body.result ?? body;
}
// The connector parses large numbers as BigInt.
const plain = (id) => String(id);

async function until(found) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const value = found();
    if (value) return value;
    assert.ok(Date.now() < deadline, `never came: ${found}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

let touch;
let api;
let streams;
const events = [];
const order = (side, price, more) => ({
  symbol,
  side,
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: 0.01,
  price,
  ...more,
});

try {
  await step('the listing and the account over REST', async () => {
    const listing = await data(client.restAPI.exchangeInformation());
    assert.ok(listing.symbols.some((one) => one.symbol === symbol));
    const [balance] = await data(client.restAPI.futuresAccountBalanceV3());
    assert.equal(balance.asset, 'USDT');
    await market('pause');
    const book = await data(client.restAPI.orderBook({ symbol, limit: 5 }));
    touch = Number(book.bids[0][0]);
  });

  await step('the user stream by subscription to the listen key', async () => {
    const { listenKey } = await data(client.restAPI.startUserDataStream());
    streams = await client.websocketStreams.connect();
    streams.userData(listenKey).on('message', (event) => events.push(event));
  });

  let id;
  await step('an order over REST: placed, queried, modified, cancelled', async () => {
    const low = Math.round(touch - 500);
    // Until the subscription counts, orders come and go unheard.
    do {
      const probe = await data(client.restAPI.newOrder(order('BUY', low)));
      await client.restAPI.cancelOrder({ symbol, orderId: probe.orderId });
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (!events.length);
    const client_id = 'a.b:c/d_e-F1';
    const placed = await data(
      client.restAPI.newOrder(order('BUY', low, { newClientOrderId: client_id })),
    );
    id = placed.orderId;
    assert.equal(placed.status, 'NEW');
    assert.equal(placed.clientOrderId, client_id);
    const queried = await data(client.restAPI.queryOrder({ symbol, origClientOrderId: client_id }));
    assert.equal(plain(queried.orderId), plain(id));
    const modified = await data(
      client.restAPI.modifyOrder({ symbol, side: 'BUY', orderId: id, quantity: 0.02, price: low }),
    );
    assert.equal(modified.origQty, '0.020');
    const cancelled = await data(client.restAPI.cancelOrder({ symbol, orderId: id }));
    assert.equal(cancelled.status, 'CANCELED');
    await assert.rejects(client.restAPI.cancelOrder({ symbol, orderId: id }), /Unknown order sent/);
    const story = () =>
      events
        .filter((one) => one.e === 'ORDER_TRADE_UPDATE' && plain(one.o.i) === plain(id))
        .map((one) => one.o.x)
        .join(' ');
    await until(() => story() === 'NEW AMENDMENT CANCELED');
  });

  await step('orders over the WebSocket API, signed with Ed25519', async () => {
    api = await client.websocketAPI.connect();
    const placed = await data(
      api.newOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.01, newOrderRespType: 'RESULT' }),
    );
    assert.equal(placed.status, 'FILLED');
    const filled = (one) => one.e === 'ORDER_TRADE_UPDATE' && one.o.X === 'FILLED';
    const fill = await until(() => events.find(filled));
    assert.equal(plain(fill.o.i), plain(placed.orderId));
    const account = await until(() => events.find((one) => one.e === 'ACCOUNT_UPDATE'));
    assert.equal(account.a.P[0].pa, '0.01');
    const low = Math.round(touch - 400);
    const resting = await data(api.newOrder(order('BUY', low)));
    const modified = await data(
      api.modifyOrder({ symbol, side: 'BUY', orderId: resting.orderId, quantity: 0.03, price: low }),
    );
    assert.equal(modified.origQty, '0.030');
    const cancelled = await data(api.cancelOrder({ symbol, orderId: resting.orderId }));
    assert.equal(cancelled.status, 'CANCELED');
    const algo = await data(
      api.newAlgoOrder({
        algoType: 'CONDITIONAL',
        symbol,
        side: 'SELL',
        type: 'STOP_MARKET',
        quantity: 0.01,
        triggerPrice: low,
        reduceOnly: 'true',
      }),
    );
    assert.equal(algo.algoStatus, 'NEW');
    const gone = await data(api.cancelAlgoOrder({ algoId: algo.algoId }));
    assert.equal(gone.msg, 'success');
    const [position] = await data(api.positionInformationV2({ symbol }));
    assert.equal(position.positionAmt, '0.010');
  });

  await step('market streams on their routed sockets', async () => {
    await market('resume');
    const heard = { depth: [], trades: [], marks: [], best: [] };
    const listen = (stream, list) => stream.on('message', (event) => list.push(event));
    listen(streams.diffBookDepthStreams({ symbol, updateSpeed: '100ms' }), heard.depth);
    listen(streams.individualSymbolBookTickerStreams({ symbol }), heard.best);
    listen(streams.aggregateTradeStreams({ symbol }), heard.trades);
    listen(streams.markPriceStream({ symbol, updateSpeed: '1s' }), heard.marks);
    await until(() => heard.depth.length > 5 && heard.trades.length && heard.marks.length);
    await until(() => heard.best.length);
    const [first, second] = heard.depth;
    assert.equal(plain(second.pu), plain(first.u));
    assert.equal(heard.trades[0].e, 'aggTrade');
    assert.equal(heard.marks[0].e, 'markPriceUpdate');
  });

  await step('what the connector heard is what the ledger knows', async () => {
    const { binance: ledger } = await ask('GET', '/v1/ledger');
    const told = events.filter((one) => one.e === 'ORDER_TRADE_UPDATE' && one.o.x === 'TRADE');
    assert.deepEqual(
      told.map((one) => plain(one.o.t)).sort(),
      ledger.fills.map((fill) => fill.trade_id).sort(),
    );
    assert.equal(ledger.orders.filter((one) => one.state === 'open').length, 0);
  });
} finally {
  if (api) await api.disconnect();
  if (streams) await streams.disconnect();
}
