import { STATUS_CODES } from 'node:http';
import type { HttpReply, ListenerHost } from './listener.js';
import { reportTo } from './report-to.js';

/** Reply to a plain HTTP request with every header that goes with its body. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Such as "404 Not Found". */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? 'Unknown'}`;
}

/** A short text, as refusals are. */
export function textAnswer(status: number, body: string): HttpAnswer {
  return toAnswer({ status, contentType: 'text/plain; charset=utf-8', body });
}

function toAnswer(reply: HttpReply): HttpAnswer {
  return {
    status: reply.status,
    headers: { 'content-type': reply.contentType, 'cache-control': 'no-store', ...reply.headers },
    body: reply.body,
  };
}

/**
 * Answers a request that is no upgrade. Never throws: a failure of the host is reported to it and
 * answered with 500.
 * @param path without the query
 */
export function answerHttp(host: ListenerHost, method: string, path: string): HttpAnswer {
  if (method !== 'GET' && method !== 'HEAD') {
    const answer = textAnswer(405, `${method} is not served here; use GET\n`);
    return { ...answer, headers: { ...answer.headers, allow: 'GET, HEAD' } };
  }
  try {
    const reply = host.http(path);
    return reply === undefined ? textAnswer(404, `nothing is served at ${path}\n`) : toAnswer(reply);
  } catch (error) {
    reportTo(host, error);
    return textAnswer(500, 'internal error\n');
  }
}
