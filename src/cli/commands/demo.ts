import path from "node:path";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import { dayOf, monthsLater } from "../../plan/calendar.ts";
import { exists } from "../../toolkit/files.ts";
import { copyShippedToolkit, isEmptyFolder } from "../../toolkit/scaffold.ts";
import { editionOf, findCycle } from "../campaign.ts";
import { openToolkit, packageRoot, type Context } from "../context.ts";
import type { Output } from "../output.ts";
import { check } from "./check.ts";
import { pick } from "./pick.ts";
import { render } from "./render.ts";
import { send } from "./send.ts";
import { status } from "./status.ts";

/** One step of the demonstration. */
interface Step {
  readonly title: string;
  readonly command: string;
  /** What to look at afterwards; asked when the step is done. */
  readonly look: () => string;
  readonly run: () => Promise<ExitCode>;
}

const defaultFolder = "onetopic-demo";
/** Marks a folder as ours to work in, should it be there already. */
const markerFile = ".onetopic-demo";

/** `onetopic demo [dir]` */
export async function demo(context: Context, dir: string | undefined): Promise<ExitCode> {
  const root = path.resolve(context.cwd, dir ?? defaultFolder);
  const shown = path.relative(context.cwd, root) || ".";
  const { out } = context;
  out.print(out.style("bold", "onetopic: one topic, from file to inbox and wall"));
  await makeSample(context, root, shown);
  const inside: Context = { ...context, toolkitFolder: root, interactive: false, out: quieter(out) };
  const steps = await planSteps(inside, shown);
  const results: object[] = [];
  for (const [index, { title, command, look, run }] of steps.entries()) {
    out.print();
    out.print(out.style("bold", `${index + 1}. ${title}`));
    out.print(`   ${out.style("cyan", command)}`);
    const code = await run();
    results.push({ title, command, look: look(), exit: code });
    if (code !== EXIT.done) return code;
    out.print(`   ${out.style("green", "Look:")} ${look()}`);
  }
  out.document({ toolkit: root, steps: results });
  tellEnd(context, shown);
  return EXIT.done;
}

/** Makes the sample once; a second run goes on with it. */
async function makeSample(context: Context, root: string, shown: string): Promise<void> {
  const { out } = context;
  if ((await exists(path.join(root, markerFile))) && (await exists(path.join(root, "onetopic.yaml")))) {
    out.print(`The sample toolkit is in ${shown}${path.sep} already, and goes on from where it stands.`);
    return;
  }
  if (!(await isEmptyFolder(root))) {
    throw new UserError(
      "not-empty",
      `${shown} holds something else, so nothing was written.`,
      "Name a folder that is empty or not there yet: onetopic demo my-demo",
    );
  }
  const today = dayOf({ timezone: "Europe/London" }, context.now);
  await copyShippedToolkit(packageRoot, root, {
    review: monthsLater(today, 12),
    settings: { cycle: sampleCycle(today) },
    files: { [markerFile]: "" },
  });
  out.print(
    `Made a sample toolkit in ${shown}${path.sep}: 20 topics, 3 brands, 6 invented people at example.org.`,
  );
  out.print("Its review dates are set a year from today. Nothing in it leaves this machine.");
}

/** The first cycle is this one, whenever the demonstration is run. */
function sampleCycle(today: string): object {
  return { every: "month", starts: today, at: "09:30", timezone: "Europe/London", avoid: { weekends: true } };
}

async function planSteps(inside: Context, shown: string): Promise<Step[]> {
  const toolkit = await openToolkit(inside);
  const cycle = findCycle(inside, toolkit, undefined);
  const at = (...parts: string[]) => path.join(shown, ...parts);
  let slug = editionOf(toolkit, cycle.id)?.topic;
  const pickStep: Step = {
    title: "Pick this cycle's topic",
    command: "onetopic pick --auto",
    look: () => `${at("content", "editions", `${cycle.id}.md`)}, where the choice and its reason are written`,
    run: async () => {
      const code = await pick(inside, undefined, { auto: true });
      slug = editionOf(await openToolkit(inside), cycle.id)?.topic;
      return code;
    },
  };
  return [
    ...(slug === undefined ? [pickStep] : []),
    {
      title: "Check everything",
      command: "onetopic check",
      look: () =>
        `${at("content", "topics", `${slug}.md`)} is the topic. Break something in it, run the check again, and it names the line`,
      run: () => check(inside, [], {}),
    },
    {
      title: "Render newsletter, email, poster, screen and posts",
      command: "onetopic render",
      look: () =>
        `${at("out", slug ?? "", "newsletter.html")} in a browser, ${at("out", slug ?? "", "poster.pdf")} in a PDF reader, ${at("out", slug ?? "", "screen.png")}, and ${at("out", slug ?? "", "social.txt")} with posts to copy`,
      run: () => render(inside, undefined, {}),
    },
    {
      title: "Send the email to the outbox",
      command: "onetopic send --to everyone --yes",
      look: () => `${at("var", "outbox")}, one .eml file a person: any mail program opens them`,
      run: () => sendOnce(inside),
    },
    {
      title: "See where things stand",
      command: "onetopic status",
      look: () => "the last line says the next step",
      run: () => status(inside, undefined),
    },
  ];
}

/** The second time everybody has it already: that is what the demonstration shows then. */
async function sendOnce(inside: Context): Promise<ExitCode> {
  try {
    return await send(inside, undefined, {
      to: "everyone",
      variant: "email",
      transport: "outbox:var/outbox",
      yes: true,
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "complete") throw error;
    inside.out.print("Everybody on the list has this edition already. Nothing is sent twice.");
    return EXIT.done;
  }
}

/** The steps' results, set in; their own hints are left out, since the demonstration says where to look. */
function quieter(out: Output): Output {
  return {
    ...out,
    json: out.json,
    width: out.width - 3,
    print: (line = "") => out.print(line === "" ? "" : `   ${line}`),
    document: () => undefined,
    event: () => undefined,
    say: () => undefined,
  };
}

function tellEnd({ out, env }: Context, shown: string): void {
  // Started through npm, the command is not on the path by itself.
  const program = env["npm_execpath"] === undefined ? "onetopic" : "npx onetopic";
  out.print();
  out.print(out.style("bold", "That was the whole job."));
  out.print("Go on in the sample:");
  out.print(`  cd ${shown}`);
  out.print(`  ${program} plan      the year ahead, and why each topic comes when it does`);
  out.print(`  ${program} topics    all topics`);
  out.print(`Or make your own: ${program} init my-toolkit`);
}
