/**
 * The page's script, served as `/page.js`. It asks for changes and puts the server's own (escaped) markup in
 * place, so an entry looks the same however it arrived. Polling instead of a stream: it survives Workers,
 * proxies and sleeping laptops, and costs one indexed query.
 */
export const PAGE_SCRIPT = `'use strict';
const POLL_MS = 1000, MAX_WAIT_MS = 30000, MAX_ENTRIES = 200;
const main = document.querySelector('main[data-cursor]');
const list = document.getElementById('entries');
const live = document.getElementById('live');
let cursor = main?.dataset.cursor;
let failures = 0;

// The token has become a cookie: keep it out of the history and of screenshots.
if (location.search.includes('token=')) history.replaceState(null, '', location.pathname);

function localise(root) {
  for (const time of root.querySelectorAll('time.when')) {
    const at = new Date(time.dateTime);
    time.querySelector('b').textContent = at.toLocaleTimeString([], { hour12: false });
    time.querySelector('span').textContent = at.toLocaleDateString([], { day: 'numeric', month: 'short' });
  }
}

function place({ eventId, recordedAtMs, html }) {
  const holder = document.createElement('template');
  holder.innerHTML = html.trim();
  const entry = holder.content.firstElementChild;
  localise(holder.content);
  const old = document.getElementById(eventId);
  if (old) return old.replaceWith(entry);
  // A late run of an event that has left the list must not come back on top of it.
  if (recordedAtMs < Number(list.lastElementChild?.dataset.at ?? 0)) return;
  entry.classList.add('fresh');
  list.prepend(entry);
}

function show(text, state) {
  if (live.textContent !== text) live.textContent = text;
  live.dataset.state = state;
}

async function poll() {
  const response = await fetch('/events.json?after=' + cursor, { signal: AbortSignal.timeout(15000) });
  if (response.status === 401) return show('reload with the token', 'down'), false;
  if (!response.ok) throw new Error('status ' + response.status);
  const part = await response.json();
  part.entries.forEach(place);
  cursor = part.cursor;
  while (list.children.length > MAX_ENTRIES) list.lastElementChild.remove();
  show('live', 'up');
  return true;
}

async function loop() {
  let goOn = true;
  if (!document.hidden) {
    try {
      goOn = await poll();
      failures = 0;
    } catch {
      failures += 1;
      show('no answer, trying again', 'down');
    }
  }
  if (goOn) setTimeout(loop, Math.min(POLL_MS * 2 ** failures, MAX_WAIT_MS));
}

if (main) { localise(document); loop(); } else live.remove();
`;
