import type { HttpReply } from '../../../transports/listener.js';
import { pageHtml } from './page-html.js';
import { pageScript } from './page-script.js';
import { pageIcon, pageStyle } from './page-style.js';

/** The page loads and connects to its own server only, and nobody may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

const parts: ReadonlyMap<string, HttpReply> = new Map([
  ['/', part('text/html; charset=utf-8', pageHtml)],
  ['/relay/page.css', part('text/css; charset=utf-8', pageStyle)],
  ['/relay/page.js', part('text/javascript; charset=utf-8', pageScript)],
  ['/relay/icon.svg', part('image/svg+xml', pageIcon)],
]);

function part(contentType: string, body: string): HttpReply {
  return { status: 200, contentType, body, headers };
}

/** The test page and what it loads. Undefined: the path is none of them. */
export function pageReply(path: string): HttpReply | undefined {
  return parts.get(path);
}
