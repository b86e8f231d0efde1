/** The relay's test page. It holds nothing of the server's settings: its script asks for the token. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Redis relay</title>
<link rel="icon" type="image/svg+xml" href="/relay/icon.svg">
<link rel="stylesheet" href="/relay/page.css">
<script type="module" src="/relay/page.js"></script>
</head>
<body>
<header>
<h1><img src="/relay/icon.svg" alt="" width="28" height="28">Redis relay</h1>
<p id="status" role="status" data-state="idle"><span class="dot" aria-hidden="true"></span><span id="status-text">Not connected</span></p>
</header>
<main>
<form id="connect" autocomplete="off">
<label for="token">Token</label>
<input id="token" type="password" required autocomplete="off" spellcheck="false" autocapitalize="off" placeholder="WS_AUTH_TOKEN of the server">
<button id="toggle" type="submit">Connect</button>
<p id="hint">Messages of the server's Redis channels appear here as they are published. There is no history.</p>
</form>
<section aria-labelledby="messages-title">
<div class="bar">
<h2 id="messages-title">Messages <span id="count" class="count">0</span></h2>
<input id="filter" type="search" aria-label="Show only messages with this text" placeholder="Filter" spellcheck="false">
<button id="pause" type="button" aria-pressed="false">Pause</button>
<button id="clear" type="button">Clear</button>
</div>
<p id="empty" class="empty">Nothing yet.</p>
<ol id="messages" tabindex="0" aria-label="Messages, newest first"></ol>
</section>
</main>
<noscript><p class="empty">This page needs JavaScript.</p></noscript>
</body>
</html>
`;
