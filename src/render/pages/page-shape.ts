import { group, rich, text } from "../view.ts";

/** What every page says of itself. */
export const page = group("The page itself", {
  title: text("Its title, as the browser shows it"),
  description: text("One sentence about it, for search engines"),
  home: text("The way to the first page of the site; empty on a page by itself"),
  stylesheet: text("The way to the stylesheet; empty on a page by itself"),
  style: rich("The stylesheet itself, for a page by itself"),
  atom: text("The way to the Atom feed; empty on a page by itself"),
  json: text("The way to the JSON feed; empty on a page by itself"),
});
