import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { count } from "../../domain/count.ts";
import type { Toolkit } from "../../domain/toolkit.ts";
import { EXIT, UserError, type ExitCode } from "../../domain/user-error.ts";
import { openToolkit, packageRoot, readVersion, type Context } from "../context.ts";
import type { PostgresPlace } from "../../deliver/place.ts";
import { ledgerPlace, openToolkitLedger } from "../ledger.ts";
import { chooseTransport } from "../sending.ts";
import { openWorkshop } from "../workshop.ts";

export interface DoctorOptions {
  readonly online?: boolean;
}

/** How one thing stands: all is well, something to know, or something does not work. */
interface Finding {
  readonly check:
    "node" | "typesetter" | "git" | "toolkit" | "folder" | "privacy" | "ledger" | "transport" | "time";
  readonly state: "good" | "note" | "fault";
  readonly says: string;
  readonly hint?: string;
}

const marks = { good: "ok", note: "note", fault: "fault" } as const;
/** How long a mail server may take to greet. */
const patience = 15_000;

/** `onetopic doctor`: says what is missing on this machine. Nothing is written and nothing is sent. */
export async function doctor(context: Context, options: DoctorOptions): Promise<ExitCode> {
  const { out } = context;
  const findings = await examine(context, options);
  const faults = findings.filter(({ state }) => state === "fault").length;
  out.document({ version: readVersion(), checks: findings, faults });
  for (const { state, says, hint } of findings) {
    const colour = { good: "green", note: "yellow", fault: "red" } as const;
    out.print(`${out.style(colour[state], marks[state].padEnd(5))}  ${says}`);
    if (hint !== undefined) out.print(`       ${hint}`);
  }
  out.print();
  out.print(
    faults === 0 ? "This machine has what onetopic needs." : `${count(faults, "thing")} to put right.`,
  );
  return faults === 0 ? EXIT.done : EXIT.findings;
}

async function examine(context: Context, options: DoctorOptions): Promise<Finding[]> {
  const machine = Promise.all([nodeVersion(), typesetter()]);
  const toolkit = await openToolkit(context).catch(asFinding("toolkit"));
  if ("check" in toolkit) return [...(await machine), await git(context, undefined), toolkit];
  const { root, settings, problems } = toolkit;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return [
    ...(await machine),
    await git(context, root),
    {
      check: "toolkit",
      state: errors === 0 ? "good" : "fault",
      says: `The toolkit "${settings.toolkit}" is in ${root}${errors === 0 ? "" : `, with ${count(errors, "error")} in its files`}.`,
      ...(errors === 0 ? {} : { hint: 'See them with "onetopic check".' }),
    },
    await writable(root),
    ...(await privacy(root)),
    await ledger(context, toolkit),
    await transport(context, toolkit, options.online ?? false),
    time(context, toolkit),
  ];
}

async function nodeVersion(): Promise<Finding> {
  const { engines } = JSON.parse(await readFile(path.join(packageRoot, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  const parts = (version: string) => version.replace(/^\D+/, "").split(".").map(Number);
  const [[needsMajor = 0, needsMinor = 0], [major = 0, minor = 0]] = [
    parts(engines.node),
    parts(process.version),
  ];
  const isNewEnough = major > needsMajor || (major === needsMajor && minor >= needsMinor);
  return isNewEnough
    ? {
        check: "node",
        state: "good",
        says: `Node ${process.version} on ${process.platform} (${process.arch}).`,
      }
    : {
        check: "node",
        state: "fault",
        says: `Node ${process.version} is too old: onetopic needs ${engines.node}.`,
        hint: "Install a newer one from https://nodejs.org.",
      };
}

/** One page in the package's own fonts, to see that its compiled parts run here. */
async function typesetter(): Promise<Finding> {
  const { createTypesetter } = await import("../../render/typst/typesetter.ts");
  const press = createTypesetter({ workers: 1 });
  try {
    const source =
      '#set document(title: "onetopic", date: none)\n#set text(font: "Lato", lang: "en", fallback: false)\nonetopic';
    const job = { source, files: {}, inputs: {}, queries: [], pdf: true };
    const { pages, diagnostics } = await press.session((compile) => compile(job));
    if (pages === 1)
      return { check: "typesetter", state: "good", says: "Posters can be set; the fonts are there." };
    throw new Error(diagnostics[0]?.message ?? "no page came out");
  } catch (error) {
    return {
      check: "typesetter",
      state: "fault",
      says: `Posters cannot be set here: ${(error as Error).message}.`,
      hint: 'Install again with "npm ci", without leaving optional packages out.',
    };
  } finally {
    await press.close();
  }
}

async function git({ env }: Context, root: string | undefined): Promise<Finding> {
  const ask = (...args: string[]) =>
    promisify(execFile)("git", args, { cwd: root ?? process.cwd(), env, windowsHide: true });
  let version: string;
  try {
    version = (await ask("--version")).stdout.trim();
  } catch {
    return {
      check: "git",
      state: "note",
      says: "There is no git. It is needed for check --changed alone.",
      hint: "Install it from https://git-scm.com if you want to see who changed what.",
    };
  }
  if (root === undefined) return { check: "git", state: "good", says: `${version}.` };
  const isRepository = await ask("rev-parse", "--git-dir").then(
    () => true,
    () => false,
  );
  if (!isRepository)
    return { check: "git", state: "note", says: `${version}; the toolkit is in no repository.` };
  const isIgnored = await ask("check-ignore", "--quiet", "var/ledger.sqlite").then(
    () => true,
    () => false,
  );
  return isIgnored
    ? { check: "git", state: "good", says: `${version}; it leaves var/ alone.` }
    : {
        check: "git",
        state: "fault",
        says: "git does not leave var/ alone: data about people would get into the repository.",
        hint: 'Write "var/" into .gitignore.',
      };
}

async function writable(root: string): Promise<Finding> {
  const place = await access(path.join(root, "var")).then(
    () => path.join(root, "var"),
    () => root,
  );
  try {
    await access(place, constants.W_OK);
    return { check: "folder", state: "good", says: `${place} can be written.` };
  } catch {
    return {
      check: "folder",
      state: "fault",
      says: `${place} cannot be written: nothing could be sent or recorded.`,
      hint: "Ask whoever looks after the machine for the right to write there.",
    };
  }
}

/** Windows has no such modes; its folders of people are private by themselves. */
async function privacy(root: string): Promise<Finding[]> {
  if (process.platform === "win32") return [];
  const mode = await stat(path.join(root, "var")).then(
    (found) => found.mode,
    () => 0,
  );
  if ((mode & 0o077) === 0) return [];
  return [
    {
      check: "privacy",
      state: "note",
      says: "Others on this machine can look into var/, where lists of people lie.",
      hint: `Close it: chmod 700 ${path.join(root, "var")}`,
    },
  ];
}

async function ledger(context: Context, { root, settings }: Toolkit): Promise<Finding> {
  try {
    const file = await ledgerPlace(context, root, settings.ledger);
    if (typeof file !== "string") return await serverLedger(file);
    const open = await openToolkitLedger(context, root, settings.ledger, false);
    await open.close();
    const size = await stat(file).then(
      (found) => found.size,
      () => undefined,
    );
    const says =
      size === undefined
        ? "There is no ledger yet; the first send makes it."
        : `The ledger ${path.relative(root, file).replaceAll(path.sep, "/")} is sound, ${megabytes(size)}.`;
    return { check: "ledger", state: "good", says };
  } catch (error) {
    return asFinding("ledger")(error);
  }
}

async function serverLedger(place: PostgresPlace): Promise<Finding> {
  const { aboutServer } = await import("../../deliver/postgres-ledger.ts");
  const { version, size, isDurable } = await aboutServer(place);
  const says = `The ledger ${place.name} answers (PostgreSQL ${version}); ${
    size === undefined ? "the first send makes its tables" : `the database has ${megabytes(size)}`
  }.`;
  if (isDurable) return { check: "ledger", state: "good", says };
  return {
    check: "ledger",
    state: "fault",
    says: `${says} It does not wait for its disk: after a power cut, people could be mailed twice.`,
    hint: "Have fsync and full_page_writes switched on in the settings of the server.",
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en-GB", { maximumFractionDigits: 1 })} MB`;
}

async function transport(context: Context, toolkit: Toolkit, online: boolean): Promise<Finding> {
  const workshop = await openWorkshop(context, toolkit);
  try {
    const { name } = await chooseTransport(context, workshop, undefined);
    if (!name.startsWith("smtp"))
      return { check: "transport", state: "good", says: `Messages leave through ${name}.` };
    if (!online) {
      return {
        check: "transport",
        state: "note",
        says: `Messages leave through ${name}; whether it can be reached was not asked.`,
        hint: "Ask with --online.",
      };
    }
    const { greetingOf } = await import("../../deliver/transports/greeting.ts");
    const greeting = await greetingOf(name, patience).catch((error: Error) => error);
    if (typeof greeting === "string") {
      const hint = "Try the login with a test: onetopic send --test you@example.org --yes";
      return { check: "transport", state: "good", says: `${name} answers: ${greeting}`, hint };
    }
    return {
      check: "transport",
      state: "fault",
      says: `${name} cannot be reached: ${greeting.message}.`,
      hint: "Check its name and port in the settings, and ask your IT team whether a firewall is in the way.",
    };
  } catch (error) {
    return asFinding("transport")(error);
  } finally {
    await workshop.studio.close();
  }
}

function time({ now }: Context, { settings }: Toolkit): Finding {
  const { timezone } = settings.cycle;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = now.toLocaleString("en-GB", { timeZone: timezone, dateStyle: "long", timeStyle: "short" });
  const other = here === timezone ? "" : ` This machine is in ${here}, which changes nothing.`;
  return {
    check: "time",
    state: "good",
    says: `Days and times are those of ${timezone}, where it is ${clock}.${other}`,
  };
}

/** What keeps the person from going on is what is found; anything else is a fault of ours. */
function asFinding(check: Finding["check"]): (error: unknown) => Finding {
  return (error) => {
    if (!(error instanceof UserError)) throw error;
    return { check, state: check === "toolkit" ? "note" : "fault", says: error.message, hint: error.hint };
  };
}
