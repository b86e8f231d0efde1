import { RELAY_PATH } from '../../../config/check-relay.js';
import { RELAY_PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '../read-token.js';

/**
 * Script of the test page. The token stays in the memory of the page and goes out as a
 * sub-protocol, so that no URL, history or log has it. What comes is shown as text, never as markup.
 */
export const pageScript = `const SHOWN = 200;
const byId = (id) => document.getElementById(id);
const url = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '${RELAY_PATH}';

let socket;
let token = '';
let wanted = false;
let failures = 0;
let retryTimer;
let paused = false;
let total = 0;
let messages = [];
let drawing = false;

function show(state, text) {
  byId('status').dataset.state = state;
  byId('status-text').textContent = text;
  byId('toggle').textContent = wanted ? 'Disconnect' : 'Connect';
  byId('token').disabled = wanted;
}

function connect() {
  show('waiting', 'Connecting …');
  let wasOpen = false;
  const bytes = new TextEncoder().encode(token);
  const base64 = btoa(String.fromCharCode(...bytes));
  const name = base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  socket = new WebSocket(url, ['${RELAY_PROTOCOL}', '${TOKEN_PROTOCOL_PREFIX}' + name]);
  socket.onopen = () => {
    wasOpen = true;
    failures = 0;
    show('open', 'Connected');
    lookAtRedis();
  };
  socket.onmessage = ({ data }) => receive(data);
  socket.onclose = async () => {
    if (!wanted) return;
    // A browser does not say why an upgrade failed. A server that answers has refused the token.
    if (!wasOpen && (await serverAnswers())) {
      wanted = false;
      show('refused', 'Refused: the token is wrong');
      byId('token').focus();
      return;
    }
    if (!wanted) return;
    // Full jitter, so that the clients of a server that was away do not come back all at once.
    const delayMs = Math.random() * Math.min(10000, 500 * 2 ** failures++);
    show('waiting', 'Connection lost, trying again …');
    retryTimer = setTimeout(connect, delayMs);
  };
}

function disconnect() {
  wanted = false;
  clearTimeout(retryTimer);
  socket?.close();
  show('idle', 'Not connected');
}

async function ready() {
  try {
    return await (await fetch('/readyz', { cache: 'no-store' })).json();
  } catch {
    return undefined;
  }
}

const serverAnswers = async () => (await ready()) !== undefined;

/** Says when the server itself waits for Redis: no message can come then. */
async function lookAtRedis() {
  if (socket?.readyState !== WebSocket.OPEN) return;
  const { redis } = (await ready()) ?? {};
  if (socket.readyState !== WebSocket.OPEN) return;
  if (redis === 'subscribed') show('open', 'Connected');
  else if (redis !== undefined) show('waiting', 'Connected; the server waits for Redis');
}
setInterval(lookAtRedis, 3000);

function receive(text) {
  total++;
  const size = new TextEncoder().encode(text).length;
  let envelope;
  try {
    envelope = JSON.parse(text);
  } catch {
    envelope = { channel: '(not an envelope)', payload: text, timestamp: '' };
  }
  if (!paused) {
    messages.unshift({ ...envelope, size });
    messages.length = Math.min(messages.length, SHOWN);
  }
  draw();
}

function pretty(payload) {
  if (!/^\\s*[[{]/.test(payload)) return payload;
  try {
    const value = JSON.parse(payload);
    // Numbers that JavaScript cannot hold would change: such a payload is shown as it came.
    return /\\d{16}/.test(payload) ? payload : JSON.stringify(value, null, 2);
  } catch {
    return payload;
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function row({ channel, payload, timestamp, size }) {
  const head = element('div', 'head', '');
  const time = element('time', '', timestamp === '' ? '' : new Date(timestamp).toLocaleTimeString());
  time.dateTime = timestamp;
  head.append(element('span', 'channel', channel), time, element('span', 'size', size + ' bytes'));
  const item = document.createElement('li');
  item.append(head, element('pre', '', payload === '' ? '(empty)' : pretty(payload)));
  return item;
}

/** At most once a frame, however fast messages come. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const part = byId('filter').value.toLowerCase();
    const shown = messages.filter(({ channel, payload }) => (channel + '\\n' + payload).toLowerCase().includes(part));
    byId('messages').replaceChildren(...shown.map(row));
    byId('count').textContent = total;
    byId('empty').hidden = shown.length > 0;
    byId('empty').textContent = messages.length > 0 ? 'No message has this text.' : 'Nothing yet.';
  });
}

byId('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  if (wanted) {
    disconnect();
    return;
  }
  token = byId('token').value;
  wanted = true;
  failures = 0;
  connect();
});
byId('filter').addEventListener('input', draw);
byId('pause').addEventListener('click', () => {
  paused = !paused;
  byId('pause').setAttribute('aria-pressed', String(paused));
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
});
byId('clear').addEventListener('click', () => {
  messages = [];
  total = 0;
  draw();
});
`;
