// The support pages work without this script. It copies, moves by keys, and writes times in the zone of the browser.

const isTyping = target => target.closest('input, textarea, select, [contenteditable]') !== null;

// Copying. navigator.clipboard exists over HTTPS and on loopback only; elsewhere the text is selected and copied as a person would.
async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }

  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

function addCopyButton(element) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy plain';
  button.textContent = element.dataset.copyLabel ?? 'Copy';
  button.setAttribute('aria-label', element.dataset.copyLabel ?? `Copy ${element.dataset.copy}`);
  button.addEventListener('click', async () => {
    await copy(element.dataset.copy);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = element.dataset.copyLabel ?? 'Copy'; }, 2000);
  });
  element.after(button);
}

document.querySelectorAll('[data-copy]').forEach(addCopyButton);

// Times. The choice between UTC and the zone of the browser is remembered.
const zoneKey = 'redox-media-zone';
const zone = document.querySelector('[data-zone]');

function showTimes(local) {
  document.querySelectorAll('time[datetime]').forEach(time => {
    time.dataset.utc ??= time.textContent;
    const date = new Date(time.dateTime);
    const clock = date.toLocaleTimeString('en-GB');
    const isToday = date.toDateString() === new Date().toDateString();
    const day = isToday ? '' : date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) + ' ';
    const ago = time.dataset.utc.split(' · ')[1];
    time.textContent = local ? day + clock + (ago ? ' · ' + ago : '') : time.dataset.utc;
  });
}

if (zone) {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  let local = localStorage.getItem(zoneKey) === 'local';
  const show = () => {
    zone.textContent = local ? `Times are in ${name}.` : 'Times are in UTC.';
    button.textContent = local ? 'Show UTC' : `Show ${name}`;
    showTimes(local);
  };
  button.addEventListener('click', () => {
    local = !local;
    localStorage.setItem(zoneKey, local ? 'local' : 'utc');
    show();
  });
  zone.after(' ', button);
  if (local) {
    show();
  } else {
    button.textContent = `Show ${name}`;
  }
}

// Keys: they act outside fields and without a modifier only. /support/help lists them.
const rows = [...document.querySelectorAll('[data-row] a[data-open]')];
const keys = {
  '/': () => document.getElementById('search')?.focus(),
  j: () => rows[Math.min(rows.indexOf(document.activeElement) + 1, rows.length - 1)]?.focus(),
  k: () => rows[Math.max(rows.indexOf(document.activeElement) - 1, 0)]?.focus(),
  n: () => document.querySelector('a[rel=next]')?.click(),
  p: () => document.querySelector('a[rel=prev]')?.click(),
  r: () => location.reload(),
  '?': () => { location.href = '/support/help'; },
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }

  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// A form that was sent is not sent twice.
document.addEventListener('submit', event => {
  if (event.target.dataset.sent) {
    event.preventDefault();
  }

  event.target.dataset.sent = 'yes';
});

window.addEventListener('pageshow', event => {
  if (event.persisted) {
    document.querySelectorAll('form[data-sent]').forEach(form => { delete form.dataset.sent; });
  }
});

// A list that grows says so, and moves nothing by itself.
const news = document.querySelector('[data-news]');
if (news) {
  setInterval(async () => {
    if (document.hidden) {
      return;
    }

    const response = await fetch(news.dataset.news, { headers: { accept: 'application/json' } });
    if (response.ok) {
      const { count } = await response.json();
      news.hidden = count === 0;
      news.querySelector('a').textContent = `${count} new ${count === 1 ? 'delivery' : 'deliveries'}, show`;
    }
  }, 5000);
}

// A page that says how far something is: this part of it is loaded anew until it is done, unless the focus is inside.
const refresh = () => document.querySelector('[data-refresh]');
if (refresh()) {
  const timer = setInterval(async () => {
    const part = refresh();
    if (document.hidden || part.contains(document.activeElement)) {
      return;
    }

    const response = await fetch(location.href).catch(() => null);
    if (!response?.ok) {
      return; // the service restarts, or the database is away
    }

    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const changed = page.querySelector('[data-refresh]');
    if (!changed) {
      clearInterval(timer);
      location.reload();
      return;
    }

    part.replaceChildren(...changed.childNodes);
    part.querySelectorAll('[data-copy]').forEach(addCopyButton);
    if (localStorage.getItem(zoneKey) === 'local') {
      showTimes(true);
    }
  }, 1500);
}
