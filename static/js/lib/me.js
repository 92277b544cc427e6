/** Who sits before this window, as the page says. */

const { user, live } = document.querySelector(".app").dataset;

export const me = { user, live: live === "yes" };
