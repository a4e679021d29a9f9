import { parentPort } from "node:worker_threads";
import { withTools } from "../../check/check.ts";
import { judgeHere, type Judge } from "../../check/judge.ts";
import type { Topic } from "../../domain/topic.ts";
import { openWorkshop } from "../workshop.ts";
import type { Answer, Orders, Question } from "./crew.ts";

/* One thread of the crew. */

interface Desk {
  readonly judge: Judge;
  readonly orders: Orders;
}

let desk: Promise<Desk> | undefined;

parentPort?.on("message", (question: Question) => {
  if ("orders" in question) desk = sitDown(question.orders);
  // What is thrown here ends the thread; the crew hears of it.
  else void answer(question.topics);
});

async function sitDown(orders: Orders): Promise<Desk> {
  const { checkInput } = await openWorkshop(orders, orders.toolkit);
  return { judge: judgeHere(await withTools(checkInput), orders.depth), orders };
}

async function answer(places: readonly number[]): Promise<void> {
  const { judge, orders } = (await desk) as Desk;
  const placeOf = new Map(places.map((place) => [orders.toolkit.topics[place] as Topic, place]));
  const answers: Answer[number][] = [];
  for await (const [topic, judged] of judge([...placeOf.keys()]))
    answers.push([placeOf.get(topic) as number, judged]);
  parentPort?.postMessage(answers satisfies Answer);
}
