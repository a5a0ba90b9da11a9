// The pages work without this script. It keeps live parts up to date, asks before grave orders, counts what is typed, and speaks
// with passkeys.
"use strict";

// Live parts: <div data-live="/live?parts=now,events"> holds elements with data-part="now"; the server sends their new content.
// Elements with data-away show while nothing can be heard. A tab that nobody looks at asks for nothing.
function live(root) {
  const url = root.dataset.live;
  let source, silent;
  function away(is) {
    root.classList.toggle("old", is); // what is shown may be old: the page says so
    for (const el of document.querySelectorAll("[data-away]")) el.hidden = !is;
  }
  function heard() {
    clearTimeout(silent);
    silent = setTimeout(lost, 20000);
  }
  function lost() {
    away(true);
    close();
    silent = setTimeout(open, 3000);
  }
  function close() {
    clearTimeout(silent);
    if (source) source.close();
    source = undefined;
  }
  function open() {
    close();
    source = new EventSource(url);
    source.addEventListener("part", (e) => {
      heard();
      const { part, html } = JSON.parse(e.data);
      for (const el of document.querySelectorAll(`[data-part="${CSS.escape(part)}"]`)) swap(el, html);
    });
    source.addEventListener("beat", heard);
    source.addEventListener("away", (e) => { heard(); away(e.data === "1"); });
    source.addEventListener("ended", () => { close(); location.reload(); });
    source.onopen = () => { heard(); away(false); };
    source.onerror = lost;
    heard();
  }
  addEventListener("pagehide", close);
  addEventListener("pageshow", (e) => { if (e.persisted) open(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  if (!document.hidden) open();
}

// swap puts new content in, and leaves the keyboard where it was.
function swap(el, html) {
  const at = document.activeElement;
  const id = el.contains(at) ? at.id : "";
  el.innerHTML = html;
  const title = el.querySelector("[data-title]");
  if (title) document.title = title.dataset.title;
  if (id) {
    const again = document.getElementById(id);
    if (again) again.focus();
  }
}

// A form with data-sure asks before it is sent; any form is sent once.
function forms() {
  document.addEventListener("submit", (e) => {
    const sure = (e.submitter && e.submitter.dataset.sure) || e.target.dataset.sure;
    if (sure && !confirm(sure)) {
      e.preventDefault();
      return;
    }
    if (e.target.dataset.sent) e.preventDefault();
    else e.target.dataset.sent = "1";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
  for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => print());
}

document.querySelectorAll("[data-live]").forEach(live);
forms();
