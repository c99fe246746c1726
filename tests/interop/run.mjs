// run.mjs <causeway-sim> <script>: starts a simulator on free ports, runs the script against it with
// nothing but its URLs and its CA in the environment, and ends the simulator.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [program, script] = process.argv.slice(2);
const state = await mkdtemp(join(tmpdir(), 'causeway-sim-'));
const simulator = spawn(
  program,
  ['--port-binance', '0', '--port-deribit', '0', '--control-port', '0', '--state', state],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

async function startOf(process) {
  const found = {};
  for await (const line of createInterface({ input: process.stdout })) {
    const [word, name, address] = line.split(' ');
    if (word === 'listening') found[name] = address;
    if (word === 'ca') found.ca = name;
    if (word === 'ready') return found;
  }
  throw new Error('the simulator ended before it was ready');
}

const ended = (process) => new Promise((resolve) => process.on('exit', resolve));

let status = 1;
try {
  const { binance, deribit, control, ca } = await startOf(simulator);
  const client = spawn(process.execPath, [script], {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: ca,
      SIMULATOR_BINANCE: binance,
      SIMULATOR_DERIBIT: deribit,
      SIMULATOR_STATE: state,
      SIMULATOR_CONTROL: control,
    },
  });
  const deadline = setTimeout(() => {
    console.error('the script did not end in time');
    client.kill('SIGKILL');
  }, 120_000);
  status = (await ended(client)) ?? 1;
  clearTimeout(deadline);
  simulator.stdout.resume();
  const gone = ended(simulator);
  simulator.kill('SIGTERM');
  const code = await gone;
  if (code !== 0) {
    console.error(`the simulator ended with ${code}`);
    status ||= 1;
  }
} finally {
  simulator.kill('SIGKILL');
  await rm(state, { recursive: true, force: true });
}
process.exit(status);
