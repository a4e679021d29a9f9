import process from "node:process";
import { withTools } from "../../check/check.ts";
import { judgeHere, type Judge } from "../../check/judge.ts";
import type { Topic } from "../../domain/topic.ts";
import { parseTopic } from "../../toolkit/load.ts";
import { openWorkshop } from "../workshop.ts";
import type { Answer, Judgements, Orders, Question } from "./crew.ts";

/* One process of the crew. What is thrown here ends it, and the crew hears of that. */

interface Desk {
  readonly judge: Judge;
  readonly orders: Orders;
}

let desk: Promise<Desk> | undefined;

// Whoever stops the command with Ctrl+C reaches this process too; it is the command that ends it.
process.on("SIGINT", () => {});
process.on("message", (question: Question) => {
  if ("pages" in question) answer({ parsed: question.pages.map(({ file, text }) => parseTopic(text, file)) });
  else if ("orders" in question) desk = sitDown(question.orders);
  else void judge(question.topics);
});
answer("ready");

async function sitDown(orders: Orders): Promise<Desk> {
  const { checkInput } = await openWorkshop(orders, orders.toolkit);
  return { judge: judgeHere(await withTools(checkInput), orders.depth), orders };
}

async function judge(places: readonly number[]): Promise<void> {
  const { judge: judgeThem, orders } = (await desk) as Desk;
  const placeOf = new Map(places.map((place) => [orders.toolkit.topics[place] as Topic, place]));
  const judgements: Judgements[number][] = [];
  for await (const [topic, judged] of judgeThem([...placeOf.keys()]))
    judgements.push([placeOf.get(topic) as number, judged]);
  answer({ judgements });
}

function answer(message: Answer): void {
  process.send?.(message);
}
