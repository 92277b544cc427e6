/**
 * What a page loads: a round button, and a queue for commands that come before the panel is there.
 * Nothing else is fetched, stored or connected until somebody reaches for the button.
 *
 * The tag's own address tells where the server is; its data attributes: token, and if wanted accent, position, label,
 * lang, open (the panel opens at once), page (the panel fills the page).
 */
(() => {
  const script = document.currentScript || document.querySelector("script[data-token]");
  const given = script.dataset;
  const earlier = window.Foyer || {};
  if (earlier.host) return; // the tag stands twice
  const queue = earlier.q || [];
  const at = (path) => new URL(path, script.src).href;
  const chat = at("chat/" + given.token);
  const lang = given.lang || navigator.language;

  const host = document.createElement("foyer-chat");
  const shadow = host.attachShadow({ mode: "open" });
  const root = document.createElement("div");
  const launcher = document.createElement("button");
  const link = document.createElement("a");
  let run;
  let loading;

  const drawIcon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = true;
    svg.append(document.createElementNS(svg.namespaceURI, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  };

  const flush = () => run && queue.splice(0).forEach((call) => run(...call));

  const load = () =>
    (loading ||= Promise.all([
      import(at("widget/__PANEL__")),
      fetch(at("widget/config?token=" + given.token + "&lang=" + lang)).then((reply) => reply.ok ? reply.json() : Promise.reject()),
    ]).then(([panel, config]) => {
      run = panel.default({ config, given, lang, at, chat, shadow, root, launcher, drawIcon });
    }));

  // A page whose policy forbids us to connect still gets a way in.
  const open = () => {
    launcher.ariaBusy = true;
    load().then(flush, () => {
      loading = 0;
      root.prepend(link);
    }).then(() => launcher.removeAttribute("aria-busy"));
  };

  const Foyer = (window.Foyer = (...call) => {
    queue.push(call);
    flush();
    run || call[0] != "open" || open();
  });
  Foyer.host = host;

  const start = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`__CSS__`);
    shadow.adoptedStyleSheets = [sheet];
    root.className = "foyer " + (given.position || "") + ("page" in given ? " page" : "");
    root.style.setProperty("--brand", given.accent || "#105b75");
    launcher.className = "launcher";
    launcher.ariaLabel = given.label || "Chat";
    launcher.append(drawIcon("M7.9 20A9 9 0 1 0 4 16.1L2 22z"));
    launcher.onclick = () => Foyer("open");
    launcher.onpointerenter = launcher.onfocus = () => load().catch(() => (loading = 0));
    link.href = chat;
    link.target = "_blank";
    link.textContent = "The chat could not load here. Open it in a new window.";
    root.append(launcher);
    shadow.append(root);
    document.documentElement.append(host);
    if ("open" in given || "page" in given || queue.some((call) => call[0] == "open")) Foyer("open");
    else
      try {
        localStorage["foyer:" + given.token] && setTimeout(launcher.onfocus, 2000);
      } catch {} // a sandboxed page has no storage
  };

  document.prerendering ? document.addEventListener("prerenderingchange", start, { once: true }) : start();
})();
