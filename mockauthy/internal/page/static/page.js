// Fetches the page again when something has changed, lets the countdowns run, and
// copies. Without it all works by reloading.
(() => {
  'use strict';
  document.documentElement.classList.add('js');

  // morph makes one node like another and leaves what is the same as it is: focus,
  // scrolling, what was typed, what was opened.
  function morph(from, to) {
    if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName || from.id !== to.id) {
      from.replaceWith(document.importNode(to, true));
      return;
    }
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.data !== to.data) from.data = to.data;
      return;
    }
    if (from.hasAttribute('data-keep') || from.isEqualNode(to)) return;
    for (const { name, value } of to.attributes) {
      if (name !== 'open' && from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
    for (const { name } of [...from.attributes]) {
      if (name !== 'open' && !to.hasAttribute(name)) from.removeAttribute(name);
    }
    morphChildren(from, to);
  }

  // morphChildren tells children by their id, where they have one, and otherwise by
  // their place.
  function morphChildren(from, to) {
    const wanted = new Set([...to.children].map((child) => child.id).filter(Boolean));
    const known = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
    let at = from.firstChild;
    for (const child of [...to.childNodes]) {
      const same = child.id ? known.get(child.id) : undefined;
      if (same) {
        while (at && at !== same && !wanted.has(at.id)) at = remove(at);
        if (at === same) at = at.nextSibling;
        else from.insertBefore(same, at);
        morph(same, child);
        continue;
      }
      if (!child.id && at && !at.id && at.nodeName === child.nodeName) {
        const next = at.nextSibling;
        morph(at, child);
        at = next;
      } else {
        from.insertBefore(document.importNode(child, true), at);
      }
    }
    while (at) at = remove(at);
  }

  function remove(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  // refresh fetches the page again, one time after another.
  let loaded = performance.now();
  let fetching = false;
  let stale = false;
  let lost = false;
  async function refresh() {
    if (lost || 'still' in document.body.dataset) return;
    stale = true;
    if (fetching) return;
    fetching = true;
    while (stale) {
      stale = false;
      try {
        const response = await fetch(location.href, { cache: 'no-store' });
        if (response.status === 401) {
          location.reload();
          return;
        }
        const received = performance.now();
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        loaded = received;
        morph(document.body, page.body);
        document.title = page.title;
        tick();
      } catch {
        lost = true; // the stream tells when the mock is there again
        break;
      }
    }
    fetching = false;
  }

  // listen keeps a stream open while somebody looks: a browser has six for all tabs.
  let stream;
  function listen() {
    const from = document.body.dataset.events;
    if (!from || stream || document.hidden) return;
    stream = new EventSource(from);
    stream.addEventListener('open', () => {
      show('Live', false);
      lost = false;
      refresh();
    });
    stream.addEventListener('changed', refresh);
    stream.addEventListener('error', () => show('The mock does not answer', true));
  }
  function hush() {
    stream?.close();
    stream = undefined;
  }
  function show(text, lost) {
    const live = document.getElementById('live');
    if (!live) return;
    live.hidden = false;
    live.textContent = text;
    live.classList.toggle('lost', lost);
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? hush() : listen()));
  window.addEventListener('pagehide', hush);
  window.addEventListener('pageshow', listen);

  // tick moves the countdowns and the clock on.
  const ending = 3000;
  function tick() {
    const passed = performance.now() - loaded;
    let over = false;
    for (const token of document.querySelectorAll('[data-left]:not([data-frozen])')) {
      const step = Number(token.dataset.step);
      const left = Number(token.dataset.left) - passed;
      over ||= left <= 0;
      const shown = Math.max(left, 0);
      token.querySelector('.arc').setAttribute('stroke-dashoffset', (100 - (100 * shown) / step).toFixed(1));
      token.querySelector('[data-seconds]').textContent = Math.ceil(shown / 1000);
      token.toggleAttribute('data-ending', left <= Math.min(ending, step / 2));
    }
    for (const clock of document.querySelectorAll('[data-epoch]:not([data-frozen])')) {
      const now = new Date(Number(clock.dataset.epoch) + passed);
      clock.textContent = now.toISOString().slice(0, 19).replace('T', ' ') + ' UTC';
    }
    if (over) refresh();
  }
  setInterval(tick, matchMedia('(prefers-reduced-motion: reduce)').matches ? 1000 : 100);

  // copy takes a text into the clipboard, which browsers give to pages of this
  // machine and of https only: elsewhere by the old way.
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('refused');
  }
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('.copy');
    if (!button) return;
    const text = button.dataset.copy ?? document.getElementById(button.dataset.copyOf).textContent;
    const say = document.getElementById('say');
    try {
      await copy(text);
      button.classList.add('done');
      setTimeout(() => button.classList.remove('done'), 1500);
      say.textContent = 'Copied ' + (button.dataset.copy ?? '');
    } catch {
      say.textContent = 'The browser does not let this page copy';
    }
    button.focus();
    setTimeout(() => (say.textContent = ''), 3000);
  });
})();
