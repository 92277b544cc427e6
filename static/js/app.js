/** The operator's app: everything it does in this window starts here. */

import "./controllers/copy-button.js";
import "./controllers/open-conversation.js";
import "./controllers/queue-list.js";
import "./controllers/small-elements.js";
import "./controllers/states.js";
import "./controllers/why-answer.js";
import { followCalls } from "./controllers/calls.js";
import { followCounts } from "./controllers/counts.js";
import { followLinks } from "./controllers/panes.js";
import { followKeyboard } from "./controllers/screen.js";
import { followKeys } from "./controllers/shortcuts.js";
import { connection } from "./lib/connection.js";
import { forget } from "./lib/keep.js";
import { me } from "./lib/me.js";

followKeyboard();
followLinks();
followKeys();
document.addEventListener("submit", (event) => event.target.matches("[data-forget]") && forget());

if (me.live) {
  followCalls();
  followCounts();
  connection.start();
}
