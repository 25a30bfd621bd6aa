/** Command `evenkeel serve model.onnx`: answers rows over HTTP, for trying a model out. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { lineOf } from '../../network/summary.js';
import { reasonOf } from '../../node/system-error.js';
import { visible } from '../../visible.js';
import { parseCount, parseWhole } from '../arguments.js';
import { openModel } from '../models/open.js';
import type { OpenedModel } from '../models/opened.js';
import { columnsOf } from '../models/table.js';
import type { TorchChoices } from '../models/torch.js';
import { torchChoices, withTorchOptions } from '../models/torch-options.js';
import { print, reporting } from '../output.js';
import { interruptible } from '../signals.js';
import { answererOf } from './answers.js';
import { predictionServer } from './server.js';

interface ServeOptions extends TorchChoices {
  readonly port: number;
  readonly host: string;
  readonly maxBody: number;
  readonly maxRows: number;
}

const MOST_PORTS = 65_535;
/** Milliseconds that requests have to finish after a signal. */
const GRACE_MS = 10_000;
/** Most numbers in the example of how to ask. */
const MOST_SHOWN = 8;

const examples = `
Examples:
  evenkeel serve model.safetensors
  evenkeel serve pipeline.onnx --port 9000
  curl http://127.0.0.1:8080/predict -H 'content-type: application/json' \\
    -d '[[5.1, 3.5, 1.4, 0.2]]'

The server is for trying a model out: it has neither encryption nor passwords,
and only programs on this machine reach it, unless --host says otherwise.
Ctrl-C and SIGTERM stop it as soon as the running requests are answered.`;

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('Answers rows over HTTP with the model of a file, for trying it out.')
    .argument('<file>', 'file with a model of any tool')
    .option('--port <n>', 'port; 0 for any free one', parsePort, 8080)
    .option('--host <address>', 'address to listen on; 0.0.0.0 for all of this machine', '127.0.0.1')
    .option('--max-body <bytes>', 'largest size of a request', parseCount, 1_000_000)
    .option('--max-rows <n>', 'largest number of rows in a request', parseCount, 10_000);
  withTorchOptions(command)
    .addHelpText('after', examples)
    .action((file: string, options: ServeOptions) => reporting(() => serve(file, options)));
}

function parsePort(text: string): number {
  const port = parseWhole(text);
  if (port > MOST_PORTS) throw new InvalidArgumentError(`Expected a port from 0 to ${MOST_PORTS}.`);
  return port;
}

async function serve(
  file: string,
  { port, host, maxBody, maxRows, ...options }: ServeOptions,
): Promise<void> {
  const opened = openModel(file, torchChoices(options));
  const answer = answererOf(opened, maxRows);
  // A scaling that has learned nothing is reported now and not to the first client.
  opened.model.predict(new Float64Array(opened.model.inputSize));
  let usage = '';
  const server = predictionServer({ answer, maxBody, usage: () => usage });
  await interruptible(async (interrupt) => {
    const address = await listening(server, port, host);
    usage = usageOf(opened, address);
    print(`${visible(file)}: ${lineOf(opened.model)}, answers at ${address}/predict; Ctrl-C stops it\n`);
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    await stopped(server);
    process.exitCode = interrupt.status;
  });
}

/** Starts to listen. @returns the address as a URL @throws Error that names the option */
async function listening(server: Server, port: number, host: string): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const option = code === 'EADDRINUSE' || code === 'EACCES' ? `--port ${port}` : `--host ${host}`;
    throw new Error(`${option}: cannot listen, ${reasonOf(cause)}`, { cause });
  }
  const { address, family, port: used } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${used}`;
}

/** Stops listening and waits for the running requests, for a while. */
async function stopped(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}

/** Returns the text that says how to ask. */
function usageOf(opened: OpenedModel, address: string): string {
  const { model, described } = opened;
  const { inputSize } = model;
  const columns = columnsOf(opened);
  const numbers = Array.from({ length: inputSize }, () => 0);
  const body = inputSize > MOST_SHOWN ? '[[0, 0, …]]' : JSON.stringify([numbers]);
  const names = columns?.features.map(({ name }) => name);
  const objects =
    names === undefined
      ? ''
      : `, or objects by the names ${names.map((name) => JSON.stringify(name)).join(', ')}`;
  return [
    `${lineOf(model)} (${described}). Send rows as JSON, arrays of ${inputSize} numbers${objects}:`,
    `curl ${address}/predict -H 'content-type: application/json' -d '${body}'`,
    '',
  ].join('\n');
}
