import { html as markup } from "hono/html";
import type { OutboxRecord, OutboxState } from "./outbox-reader.ts";
import type { Html } from "./page.ts";

/** How a message may stand, by the words of the ledger. */
export const stateNames: Readonly<Record<OutboxState, string>> = {
  accepted: "accepted",
  sending: "sending",
  pending: "pending",
  deferred: "deferred",
  rejected: "rejected",
  unknown: "unknown",
  "no-record": "not on record",
};

const looks: Readonly<Record<OutboxState, "good" | "warn" | "bad" | "plain">> = {
  accepted: "good",
  sending: "plain",
  pending: "plain",
  deferred: "warn",
  rejected: "bad",
  unknown: "warn",
  "no-record": "plain",
};

/** The state of a message in one word. */
export function stateMark(record: OutboxRecord | undefined): Html {
  const state = record?.state ?? "no-record";
  // An outbox takes everything: that is no success.
  const isKept = state === "accepted" && record?.isRehearsal;
  return markup`<span class="mark ${isKept ? "plain" : looks[state]}">${isKept ? "in the outbox" : stateNames[state]}</span>${
    record && !record.isRehearsal ? markup`<span class="small">sent for real</span>` : ""
  }`;
}

/** The same in a sentence. */
export function stateSentence(record: OutboxRecord | undefined): string {
  if (!record)
    return "The ledger does not know this message: it was a test, or it was really sent since and is another one now.";
  const { state, isRehearsal, transport = "" } = record;
  if (state === "accepted")
    return isRehearsal
      ? "The outbox took it. Nobody has got it."
      : `It was sent for real after this was written: ${transport} took it. More than that is not known.`;
  return sentences[state];
}

const sentences: Readonly<Record<Exclude<OutboxRecord["state"], "accepted">, string>> = {
  sending: "It is being sent just now, or its send was cut off.",
  pending: "It still waits to be sent.",
  deferred: "It was put off, and is tried again.",
  rejected: "It was refused for good.",
  unknown: "The send was cut off at a moment after which nobody can know whether it went out.",
};
