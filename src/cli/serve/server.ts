/** Server that answers rows over HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answerer } from './answers.js';
import { jsonOf, Refusal } from './requests.js';

export interface ServerOptions {
  readonly answer: Answerer;
  /** Returns the text that says how to ask. */
  usage(): string;
  /** Largest number of bytes of a body. */
  readonly maxBody: number;
}

/** Milliseconds in which the headers, and the whole request, must arrive. A client that sends slower is cut off. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Milliseconds between two looks for slow clients. */
const LOOK_MS = 1000;
/** Milliseconds after which an unused connection is closed. */
const IDLE_MS = 5000;
const MOST_CONNECTIONS = 256;

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Route {
  readonly methods: readonly string[];
  /** Answers a request; `proceed` asks a client for the body that it holds back. */
  run(request: IncomingMessage, proceed: () => void): Promise<Reply>;
}

/** Creates a server that listens nowhere yet. */
export function predictionServer({ answer, usage, maxBody }: ServerOptions): Server {
  const readable = ['GET', 'HEAD'];
  const routes = new Map<string, Route>([
    ['/', { methods: readable, run: async () => ({ status: 200, type: TEXT_TYPE, text: usage() }) }],
    ['/healthz', { methods: readable, run: async () => replyOf(200, { status: 'ok' }) }],
    [
      '/predict',
      {
        methods: ['POST'],
        run: async (request, proceed) =>
          replyOf(200, { predictions: await answer(await jsonOf(request, maxBody, proceed)) }),
      },
    ],
  ]);
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: LOOK_MS,
  });
  const handle = (request: IncomingMessage, response: ServerResponse, proceed: () => void) => {
    respond(routes, request, response, { proceed, isStopping: () => !server.listening });
  };
  server.on('request', (request, response) => handle(request, response, () => {}));
  // curl sends a large body only after the server has accepted the headers.
  server.on('checkContinue', (request, response) =>
    handle(request, response, () => response.writeContinue()),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', refuseConnection);
  return server;
}

function replyOf(status: number, value: unknown, headers?: Reply['headers']): Reply {
  return { status, type: JSON_TYPE, text: `${JSON.stringify(value)}\n`, ...(headers && { headers }) };
}

interface Turn {
  proceed(): void;
  isStopping(): boolean;
}

async function respond(
  routes: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
  { proceed, isStopping }: Turn,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await routeOf(routes, request).run(request, proceed);
  } catch (error) {
    // The client left before its request was complete.
    if (response.destroyed) return;
    reply =
      error instanceof Refusal
        ? replyOf(error.status, { error: error.message }, error.headers)
        : replyOf(500, { error: 'the prediction failed' });
  }
  // A client that still sends would not see the answer if the connection were closed, so that the rest of its body is skipped.
  request.resume();
  const { status, type, text, headers } = reply;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(isStopping() && { connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** Returns the route of a request. @throws Refusal for an unknown path or another method */
function routeOf(routes: ReadonlyMap<string, Route>, { url = '/', method = '' }: IncomingMessage): Route {
  const path = url.replace(/\?.*$/s, '');
  const route = routes.get(path);
  if (route === undefined) {
    const known = [...routes.keys()].join(', ');
    throw new Refusal(404, `path: expected one of ${known}, got ${JSON.stringify(path.slice(0, 100))}`);
  }
  if (route.methods.includes(method)) return route;
  const allowed = route.methods.join(', ');
  throw new Refusal(405, `method: expected ${allowed} for ${path}, got ${method}`, { allow: allowed });
}

/** Answers a connection whose request is no HTTP, has headers that are too long, or comes too slowly. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'the request came too slowly']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'the headers are too long']
        : ['400 Bad Request', 'the request is not HTTP'];
  const text = `${JSON.stringify({ error: message })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
