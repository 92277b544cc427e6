/**
 * What a page loads: a round button, and a queue for commands that come before the panel is there.
 * Nothing else is fetched, stored or connected until somebody reaches for the button, or has written here before.
 *
 * The tag's own address tells where the server is; its data attributes: token, and if wanted accent, position, label,
 * lang, open (the panel opens at once), page (the panel fills the page).
 */
(() => {
  const tag = document.currentScript || document.querySelector("script[data-token]");
  const given = tag.dataset;
  const { host, q: queue = [] } = window.Foyer || {};
  if (host) return; // the tag stands twice
  const at = (path) => new URL(path, tag.src).href;
  const chat = at("chat/" + given.token);
  const lang = given.lang || navigator.language;
  const path = "M7.9 20A9 9 0 1 0 4 16.1L2 22z";

  const make = (name) => document.createElement(name);
  const root = make("div");
  const launcher = make("button");
  let run;
  let loading;

  const drawIcon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  const load = () =>
    (loading ||= Promise.all([
      import(at("widget/__PANEL__")),
      fetch(at("widget/config?token=" + given.token + "&lang=" + lang)).then((reply) => reply.json()),
    ]).then(([panel, config]) => {
      run = panel.default({ config, given, lang, at, chat, path, shadow, root, launcher, drawIcon });
    }));

  const Foyer = (window.Foyer = (...call) => {
    queue.push(call);
    if (run) flush();
    else if (call[0] == "open") open();
  });
  const flush = () => queue.splice(0).forEach((call) => run(...call));

  const open = () => {
    launcher.ariaBusy = true;
    load().then(flush, showLink).then(() => (launcher.ariaBusy = null));
  };

  // A page whose policy forbids us to load or connect still gets a way in.
  const showLink = () => {
    const link = make("a");
    link.href = chat;
    link.target = "_blank";
    link.textContent = "The chat could not load here. Open it in a new window.";
    if (!root.firstChild.href) root.prepend(link);
    loading = 0;
  };

  const start = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`__CSS__`);
    shadow.adoptedStyleSheets = [sheet];
    root.className = "foyer " + (given.position || "");
    root.style.setProperty("--brand", given.accent || "#105b75");
    launcher.ariaLabel = given.label || "Chat";
    launcher.append(drawIcon(path));
    launcher.onclick = () => Foyer("open");
    launcher.onpointerenter = launcher.onfocus = () => load().catch(() => (loading = 0));
    root.append(launcher);
    shadow.append(root);
    document.documentElement.append(Foyer.host);
    queue.splice(0).forEach((call) => Foyer(...call));
    if ("open" in given || "page" in given) Foyer("open", true);
    try {
      if (localStorage["foyer:" + given.token + ":"]) launcher.onfocus(); // she has written before: is there news?
    } catch {}
  };

  Foyer.host = make("foyer-chat");
  const shadow = Foyer.host.attachShadow({ mode: "open" });
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
