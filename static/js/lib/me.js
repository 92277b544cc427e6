/** Who sits before this window, as the page says. */

const { user, name, live } = document.querySelector(".app").dataset;

export const me = { user, name, live: live === "yes" };
