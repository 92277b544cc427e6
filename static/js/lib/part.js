/** The one place where markup from our server becomes elements. Nothing else in the app turns text into markup. */

/** The elements of a part. */
export function part(html) {
  return document.createRange().createContextualFragment(html);
}

/** A whole page, parsed and not run. */
export function page(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
