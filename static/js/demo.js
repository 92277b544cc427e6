/** The live demo: keeps the frames' address bar and clock true, and on narrow screens makes tabs of the two sides. */

const stage = document.querySelector(".stage");
const shop = stage.querySelector(".shop-frame");
const phone = stage.querySelector(".phone-frame");
const tabs = [...stage.querySelectorAll("[role=tab]")];
const narrow = window.matchMedia("(max-width: 899px)");

const sideOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
const tabOf = (frame) => tabs.find((tab) => sideOf(tab).contains(frame));
const isShown = (tab) => tab.getAttribute("aria-selected") === "true";

/* Tabs */

function choose(chosen) {
  for (const tab of tabs) {
    const shown = tab === chosen;
    tab.setAttribute("aria-selected", String(shown));
    tab.tabIndex = shown ? 0 : -1;
    sideOf(tab).classList.toggle("shown", shown);
  }
  chosen.querySelector(".news").hidden = true;
}

function move(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(event.currentTarget) + step + tabs.length) % tabs.length];
  choose(next);
  next.focus();
}

function fold() {
  stage.classList.toggle("tabbed", narrow.matches);
  stage.querySelector("[role=tablist]").hidden = !narrow.matches;
  for (const tab of tabs) {
    if (narrow.matches) sideOf(tab).setAttribute("role", "tabpanel");
    else sideOf(tab).removeAttribute("role");
    sideOf(tab).setAttribute("aria-labelledby", tab.id);
  }
}

/* News: what a side would say to a screen reader, or puts in its title, while the other side is looked at. */

function saysSomething(record) {
  const place = record.target.nodeType === Node.TEXT_NODE ? record.target.parentElement : record.target;
  return Boolean(place?.closest?.("[role=log], title"));
}

function watch(root, tab) {
  const observer = new MutationObserver((records) => {
    if (!isShown(tab) && records.some(saysSomething)) tab.querySelector(".news").hidden = false;
  });
  observer.observe(root, { childList: true, characterData: true, subtree: true });
}

function watchWidget(page, tab) {
  const widget = page.querySelector("foyer-chat");
  if (widget) return watch(widget.shadowRoot, tab);
  const observer = new MutationObserver(() => {
    if (!page.querySelector("foyer-chat")) return;
    observer.disconnect();
    watchWidget(page, tab);
  });
  observer.observe(page.documentElement, { childList: true });
}

/* Frames */

function whenLoaded(frame, act) {
  frame.addEventListener("load", act);
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") act();
}

function shopLoaded() {
  const page = shop.contentDocument;
  stage.querySelector(".browser-address").textContent = page.body.dataset.address ?? "";
  watchWidget(page, tabOf(shop));
}

function showTime() {
  const now = new Date();
  stage.querySelector(".phone-time").textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  setTimeout(showTime, 60_000 - (now % 60_000));
}

for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", move);
}
narrow.addEventListener("change", fold);
fold();
choose(tabs[0]);
showTime();
whenLoaded(shop, shopLoaded);
whenLoaded(phone, () => watch(phone.contentDocument, tabOf(phone)));
