/** Where a keyboard covers the page without shrinking it (iPhone), the app takes the height that is left. */

export function followKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    document.documentElement.style.setProperty("--screen", `${view.height}px`);
    if (view.offsetTop) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
  fit();
}
