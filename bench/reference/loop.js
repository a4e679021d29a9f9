/**
 * The bare loop as a program: every topic's file to its newsletter, and with "all" to emails for everyone and for each
 * audience as well. Run: node bench/reference/loop.js FOLDER newsletter|all
 */
import { readdirSync, readFileSync } from "node:fs";
import { inlinedPage, viewOf } from "./bare.js";

const [folder, forms] = process.argv.slice(2);
const newsletter = inlinedPage("newsletter");
const email = forms === "all" ? inlinedPage("email") : undefined;
let characters = 0;
for (const name of readdirSync(folder)) {
  const view = viewOf(readFileSync(`${folder}/${name}`, "utf8"));
  characters += newsletter(view).length;
  const audiences = email ? [undefined, "primary-care", "secondary-care", "managers"] : [];
  for (const audience of audiences) {
    const asks = view.topic.asks.filter(({ title }) => audience === undefined || title === audience);
    characters += email({ ...view, topic: { ...view.topic, asks } }).length;
  }
}
console.log(characters);
