/** Reads the body of a request, and refuses what is no JSON in words. */
import type { IncomingMessage } from 'node:http';
import { parseJson } from '../../json.js';

/** Refusal of a request: a status of HTTP and a reason in words. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const TOO_LARGE = 413;
const UNSUPPORTED = 415;

/**
 * Returns the JSON of a request.
 *
 * @param proceed  asks for the body, once the headers are accepted
 * @throws Refusal if it is too long, of another type, or no JSON in UTF-8
 */
export async function jsonOf(
  request: IncomingMessage,
  maxBody: number,
  proceed: () => void,
): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new Refusal(
      UNSUPPORTED,
      `content-type: expected application/json, got ${type === '' ? 'none' : JSON.stringify(type)}`,
    );
  }
  if (encoding.toLowerCase() !== 'identity') {
    throw new Refusal(UNSUPPORTED, `content-encoding: expected none, got ${JSON.stringify(encoding)}`);
  }
  const bytes = await bodyOf(request, maxBody, proceed);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'body: expected UTF-8');
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new Refusal(400, `body: expected JSON; ${(error as Error).message}`);
  }
}

/** Reads a body. @throws Refusal as soon as it is too long */
async function bodyOf(request: IncomingMessage, most: number, proceed: () => void): Promise<Buffer> {
  const tooLong = () =>
    new Refusal(TOO_LARGE, `body: expected at most ${most} bytes; --max-body allows more`);
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLong();
  proceed();
  const parts: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the request, because the answer goes over the same connection.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += (part as Buffer).length;
    if (length > most) throw tooLong();
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}
