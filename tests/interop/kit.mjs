// What the scripts share: the control API, waiting for what a stream tells, and named steps.
import assert from 'node:assert/strict';

const control = `http://${process.env.SIMULATOR_CONTROL}`;
const patience_ms = 15_000;

export async function ask(method, path, body) {
  const response = await fetch(control + path, { method, body: body && JSON.stringify(body) });
  const answer = await response.json();
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}

// The market of one venue.
export const marketOf = (venue) => (action, more) =>
  ask('POST', '/v1/market', { venue, action, ...more });

// The next value of a watch* method for which `wanted` finds something; a deadline ends the wait.
export async function watched(watch, wanted) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`never came: ${wanted}`)), patience_ms);
  });
  try {
    for (;;) {
      const found = wanted(await Promise.race([watch(), late]));
      if (found) return found;
    }
  } finally {
    clearTimeout(timer);
  }
}

// What private streams tell, in order, as a client in service reads them: without a pause.
export class Listener {
  #closing = false;
  #failed = null;

  async listen(watch, heard) {
    try {
      while (!this.#closing) heard.push(...(await watch()).map((one) => ({ ...one })));
    } catch (error) {
      if (!this.#closing) this.#failed = error;
    }
  }

  // The latest of what was heard that is wanted; waits for it.
  async heard(list, wanted) {
    const deadline = Date.now() + patience_ms;
    for (;;) {
      if (this.#failed) throw this.#failed;
      const found = list.findLast(wanted);
      if (found) return found;
      assert.ok(Date.now() < deadline, `never came: ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  close() {
    this.#closing = true;
  }
}

export async function step(name, work) {
  await work();
  console.log(`ok ${name}`);
}
