/** Moving about without losing the socket: links are real links, their pages are fetched and put in place. */

import { page } from "../lib/part.js";
import { toast } from "../lib/toast.js";
import { retitle } from "./calls.js";

const PATIENCE = 300;
let moving = new AbortController();
let here = location.pathname + location.search;

/** Follows links marked `data-go`, and the browser's back and forward. */
export function followLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-go]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(addressOf(link));
  });
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== here) go(location.href, { push: false }); // else only the #place moved
  });
}

/** A row keeps the queue it was opened from. */
function addressOf(link) {
  const address = new URL(link.href);
  const queue = link.closest(".list")?.dataset.queue;
  if (queue && address.pathname.startsWith("/app/conversations/")) address.searchParams.set("queue", queue);
  return address.href;
}

/** Shows the page at an address. `push` false where the address bar has it already. */
export async function go(address, { push = true } = {}) {
  document.querySelectorAll(":popover-open").forEach((open) => open.hidePopover());
  const next = await fetchPage(address);
  if (!next) return;
  if (push) history.pushState(null, "", address);
  here = location.pathname + location.search;
  const left = document.getElementById("main").dataset.view;
  swap(next);
  retitle(next.title);
  settleFocus(left);
}

/** The list once more, as it is now; the conversation stays, and what is being written in it. */
export async function refresh() {
  const address = new URL(location.href);
  address.searchParams.set("queue", document.getElementById("list").dataset.queue);
  const found = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!found?.ok) return;
  const focused = document.activeElement?.closest(".row")?.dataset.id;
  replace("list", page(await found.text()));
  if (focused) document.querySelector(`.row[data-id="${CSS.escape(focused)}"] .row-link`)?.focus();
}

async function fetchPage(address) {
  moving.abort();
  moving = new AbortController();
  const { signal } = moving;
  const main = document.getElementById("main");
  const late = setTimeout(() => (main.ariaBusy = "true"), PATIENCE);
  try {
    const found = await fetch(address, { headers: { Accept: "text/html" }, signal });
    const next = found.ok && page(await found.text());
    if (next && next.getElementById("main")) return next;
    location.assign(address);
  } catch {
    if (!signal.aborted) toast("That could not be fetched. Try again in a moment.");
  } finally {
    clearTimeout(late);
    if (!signal.aborted) main.ariaBusy = null;
  }
  return null;
}

function swap(next) {
  const [main, other] = [document.getElementById("main"), next.getElementById("main")];
  if (main.dataset.page === "inbox" && other.dataset.page === "inbox") swapPanes(main, other, next);
  else main.replaceWith(document.adoptNode(other));
  for (const link of document.querySelectorAll("[data-nav]")) {
    if (link.dataset.nav === other.dataset.nav) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function swapPanes(main, other, next) {
  const list = document.getElementById("list");
  const sameQueue = list.dataset.queue === next.getElementById("list").dataset.queue;
  if (!sameQueue) replace("list", next);
  replace("conversation", next);
  replace("drawer", next);
  Object.assign(main.dataset, { ...other.dataset });
  if (sameQueue) document.querySelector("queue-list").select(document.getElementById("conversation").dataset.id);
}

function replace(id, next) {
  const [old, fresh] = [document.getElementById(id), next.getElementById(id)];
  if (old && fresh) old.replaceWith(document.adoptNode(fresh));
}

function settleFocus(left) {
  const main = document.getElementById("main");
  if (document.activeElement && document.activeElement !== document.body) return;
  if (left === main.dataset.view) return;
  main.querySelector(main.dataset.view === "conversation" ? "#conversation h2" : "h1")?.focus({ preventScroll: true });
}
