// The pages work without this script. It keeps live parts up to date, asks before grave orders, counts what is typed, and speaks
// with passkeys.
"use strict";

// Live parts: <div data-live="/live?parts=now,events"> holds elements with data-part="now"; the server sends their new content.
// Elements with data-away show while nothing can be heard. A tab that nobody looks at asks for nothing.
function live(root) {
  const url = root.dataset.live;
  let source, silent, titled;
  function away(is) {
    root.classList.toggle("old", is); // what is shown may be old: the page says so
    for (const el of document.querySelectorAll("[data-away]")) {
      el.hidden = !is;
      if (is && el.dataset.away) {
        titled ??= document.title;
        document.title = el.dataset.away;
      }
    }
    if (!is && titled) [document.title, titled] = [titled];
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
      if (part === "stirs") document.querySelectorAll("[data-ask]").forEach(anew);
    });
    source.addEventListener("beat", heard);
    source.addEventListener("away", (e) => { heard(); away(e.data === "1"); });
    source.addEventListener("ended", () => {
      close();
      if (!sent()) location.reload(); // a form that was sent leads on by itself
    });
    source.onopen = () => { heard(); away(false); };
    source.onerror = lost;
    heard();
  }
  addEventListener("pagehide", close);
  addEventListener("pageshow", (e) => { if (e.persisted) open(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  if (!document.hidden) open();
}

// What differs from account to account is not sent but asked for anew, when the server says that it may have changed.
async function anew(el) {
  try {
    const answer = await fetch(el.dataset.ask, { cache: "no-store" });
    if (answer.ok && !answer.redirected) swap(el, await answer.text());
    if (answer.status === 429) setTimeout(anew, 2000 + 4000 * Math.random(), el); // many ask at once
  } catch {
    // nobody answers: what is shown stays, and the page says that it is old
  }
}

// swap puts new content in, and leaves the keyboard where it was. It waits while something is being pressed: a button that
// is replaced under the finger does nothing.
const pressed = { is: false, late: new Map() };
addEventListener("pointerdown", () => { pressed.is = true; }, true);
for (const what of ["pointerup", "pointercancel", "dragend", "blur"]) {
  addEventListener(what, () => setTimeout(() => {
    pressed.is = false;
    for (const [el, html] of pressed.late) swap(el, html);
    pressed.late.clear();
  }), true);
}

function swap(el, html) {
  if (pressed.is) {
    pressed.late.set(el, html);
    return;
  }
  const at = document.activeElement;
  const id = el.contains(at) ? at.id : "";
  el.innerHTML = html;
  stacks(el);
  for (const from of el.querySelectorAll("[data-to]")) {
    for (const to of document.querySelectorAll(`[data-part="${CSS.escape(from.dataset.to)}"]`)) to.innerHTML = from.innerHTML;
  }
  const title = el.querySelector("[data-title]");
  if (title) document.title = title.dataset.title;
  if (id) {
    const again = document.getElementById(id);
    if (again) again.focus();
  }
}

// Where a page is narrow a table's line is read from top to bottom: each cell is told its column. What is compared across
// lines, or drawn as on paper, stays a table.
function stacks(root) {
  for (const table of root.querySelectorAll(".table table:not(.days, .events, .ruled, .matrix)")) {
    const names = [...table.querySelectorAll("thead th")].map((th) => th.textContent.trim());
    if (names.length < 3 || table.querySelector("[colspan]")) continue;
    table.classList.add("stacks");
    table.setAttribute("role", "table"); // what is not laid out as a table is still one to who hears it
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, i) => {
        cell.setAttribute("role", cell.tagName === "TD" ? "cell" : cell.scope === "row" ? "rowheader" : "columnheader");
        cell.dataset.of = names[i];
      });
    }
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
    if (e.submitter && "file" in e.submitter.dataset) setTimeout(() => delete e.target.dataset.sent, 2000); // the page stays
  });
  document.addEventListener("input", (e) => { // a way of searching is chosen by filling in its field
    const way = !e.target.matches("[type=radio]") && e.target.closest(".way");
    if (way) way.querySelector("[type=radio]").checked = true;
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
  for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => print());
}

// sent says that a form is on its way: it leads on by itself.
function sent() {
  return !!document.querySelector("form[data-sent]");
}

// A page with data-poll asks every few seconds whether what it shows (data-now) is still so. If not it goes to data-go, or shows
// itself anew unless somebody has begun to write in it: then it only says so.
function poll(root) {
  const { poll: url, now, go } = root.dataset;
  let written = false;
  addEventListener("input", () => { written = true; });
  async function look() {
    if (document.hidden || sent()) return;
    try {
      const answer = await fetch(url, { cache: "no-store" });
      if (answer.status >= 500 || (await answer.text()) === now) return;
    } catch {
      return; // nobody answers: what is shown stays
    }
    if (sent()) return;
    if (go) location.replace(go);
    else if (!written) location.reload();
    else for (const el of root.querySelectorAll("[data-changed]")) el.hidden = false;
  }
  setInterval(look, go ? 1500 : 4000);
}

// A page with data-idle ends by itself when nobody touches it for so many seconds, and says so a while before.
function idle(note) {
  const end = Number(note.dataset.idle);
  let rest;
  function touched() {
    rest = end;
    note.hidden = true;
  }
  for (const what of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(what, touched, { passive: true });
  addEventListener("pageshow", (e) => e.persisted && location.replace(note.dataset.then)); // never what somebody else has written
  touched();
  setInterval(() => {
    rest--;
    note.hidden = rest > end / 3;
    if (rest === 0) location.replace(note.dataset.then);
  }, 1000);
}

// A form with data-passkey holds a second token (data-ticket) for the request by which it begins; the authenticator's answer is
// sent with the form itself.
function passkey(form) {
  const { passkey: begin, ticket, missing } = form.dataset; // data-once would be taken for a script by html/template
  const said = form.querySelector("[data-said]");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) {
    form.querySelector("button").disabled = true;
    say(missing);
    return;
  }
  form.addEventListener("submit", async (e) => {
    if (form.elements.response.value) return;
    e.preventDefault();
    e.stopPropagation();
    try {
      const answer = await fetch(begin, { method: "POST", body: new URLSearchParams({ once: ticket }) });
      const got = await answer.json();
      if (!answer.ok) return say(got.error);
      const credential = form.dataset.new
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(got.options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(got.options) });
      form.elements.flow.value = got.flow;
      form.elements.response.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      say(form.dataset.failed); // the page is asked for anew: its token is used up
      form.querySelector("button").disabled = true;
    }
  });
}

stacks(document);
for (const here of document.querySelectorAll("nav.tabs [aria-current]")) here.closest("nav").scrollLeft = here.offsetLeft - 40; // a telephone shows a few
document.querySelectorAll("[data-live]").forEach(live);
document.querySelectorAll("[data-passkey]").forEach(passkey);
document.querySelectorAll("[data-poll]").forEach(poll);
document.querySelectorAll("[data-idle]").forEach(idle);
forms();

// A button with data-fill writes its own words into the field of that id: a usual purpose need not be typed.
for (const b of document.querySelectorAll("[data-fill]")) {
  b.hidden = false;
  b.addEventListener("click", () => {
    const field = document.getElementById(b.dataset.fill);
    field.value = b.textContent.trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
