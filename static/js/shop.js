/** The made-up shop: a basket that only counts, and a narrower page inside the demo's frame. */

const KEY = "spaak-basket";
const count = document.querySelector(".basket-count");

function show(number) {
  count.textContent = String(number);
  document.querySelector(".basket").classList.toggle("filled", number > 0);
}

function remembered() {
  return Number(sessionStorage.getItem(KEY)) || 0;
}

function add(event) {
  event.preventDefault();
  const number = remembered() + 1;
  sessionStorage.setItem(KEY, String(number));
  show(number);
}

document.documentElement.classList.toggle("framed", window.parent !== window);
document.querySelector(".choice")?.addEventListener("submit", add);
show(remembered());
