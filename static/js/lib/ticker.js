/** The server's time, and one timer for everything that shows it. */

let ahead = 0;
let timer = null;
const shown = new Set();

/** The server's time now, in milliseconds since 1970. */
export const serverNow = () => Date.now() + ahead;

/** Corrects this device's clock by what the server has just said. */
export function setServerTime(instant) {
  if (Number.isFinite(instant)) ahead = instant - Date.now();
  tick();
}

/** Calls `draw(now)` at once and each second from then on. */
export function startTicking(draw) {
  shown.add(draw);
  draw(serverNow());
  if (timer === null) plan();
}

/** Ends that. */
export function stopTicking(draw) {
  shown.delete(draw);
}

function plan() {
  timer = setTimeout(() => {
    tick();
    timer = null;
    if (shown.size) plan();
  }, 1000 - (serverNow() % 1000));
}

function tick() {
  const now = serverNow();
  for (const draw of shown) draw(now);
}
