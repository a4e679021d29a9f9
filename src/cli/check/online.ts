import { unreachable, webLinks, type WebLink } from "../../check/links.ts";
import { ownFaults, type LinkAnswer } from "../../domain/link.ts";
import type { Problem } from "../../domain/problem.ts";
import { levelOf } from "../../domain/rules.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import type { Topic } from "../../domain/topic.ts";
import { grouped } from "../../check/report.ts";
import { stopIfCancelled } from "../campaign.ts";
import { readVersion, type Context } from "../context.ts";
import { count } from "../../domain/count.ts";
import { startProgress } from "../progress.ts";
import { openAsker } from "./reach.ts";

/** So many links are asked for at once, and so many of them on one site. */
const atOnce = 8;
const atOnceOnSite = 2;

/** Asks for every link once, and gives a finding for each use of those that cannot be opened. */
export async function onlineProblems(
  context: Context,
  toolkit: Toolkit,
  topics: readonly Topic[],
  isWanted: (file: string) => boolean,
): Promise<Problem[]> {
  // What is not told need not be asked.
  if (levelOf("link/unreachable", toolkit.settings.checks) === "off") return [];
  const links = webLinks(toolkit, topics).filter(({ path }) => isWanted(path));
  const answers = await askAll(context, links);
  tellUnjudged(context, answers);
  tellOfNetwork(context, answers);
  return unreachable(links, answers);
}

async function askAll(context: Context, links: readonly WebLink[]): Promise<Map<string, LinkAnswer>> {
  const addresses = [...new Set(links.map(({ address }) => address))];
  const answers = new Map<string, LinkAnswer>();
  const lanes = inLanes(addresses);
  const progress = startProgress(context.out, "Asking for link", addresses.length);
  const asker = await openAsker({ env: context.env, version: readVersion(), signal: context.signal });
  const walk = async () => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      for (const address of lane) {
        stopIfCancelled(context);
        progress.step(answers.size);
        answers.set(address, await asker.ask(address));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, walk));
    stopIfCancelled(context);
    return answers;
  } finally {
    progress.stop();
    await asker.close();
  }
}

/** The addresses in rows that are asked one after the other; the longest first, so that none is left for the end. */
function inLanes(addresses: readonly string[]): string[][] {
  const sites = grouped(addresses, (address) => (URL.canParse(address) ? new URL(address).host : ""));
  return [...sites.values()]
    .flatMap((site) =>
      Array.from({ length: atOnceOnSite }, (_, lane) =>
        site.filter((_one, at) => at % atOnceOnSite === lane),
      ),
    )
    .filter((lane) => lane.length > 0)
    .toSorted((a, b) => b.length - a.length);
}

function tellUnjudged({ out }: Context, answers: ReadonlyMap<string, LinkAnswer>): void {
  const unjudged = [...answers].flatMap(([address, answer]) =>
    answer.kind === "unjudged" ? [`  ${address} (${answer.status})`] : [],
  );
  if (unjudged.length === 0) return;
  out.say(`${count(unjudged.length, "link")} could not be judged: the sites do not show them to programs.`);
  for (const line of unjudged) out.say(line);
  out.say("Open them yourself.");
}

/** When nobody answers, it is not the links. */
function tellOfNetwork({ out }: Context, answers: ReadonlyMap<string, LinkAnswer>): void {
  const silent = [...answers.values()].filter(
    (one) => one.kind === "fault" && one.status === undefined && !ownFaults.includes(one.fault),
  );
  if (answers.size < 2 || silent.length < answers.size) return;
  out.warn("No site answered: the fault may be this machine's way to the web, not the links.");
  out.warn(
    "Behind a proxy, set HTTPS_PROXY; where a firewall opens what is encrypted, set NODE_EXTRA_CA_CERTS.",
  );
}
