import { createHash } from "node:crypto";

import type { ExpressionBuilder, Kysely } from "kysely";

import type { KitFile } from "../domain/kit.ts";
import { UserError } from "../domain/user-error.ts";
import type { Run } from "./records.ts";
import { runFrom } from "./runs.ts";
import type { Tables } from "./schema.ts";
import { ofNobody } from "./senders.ts";

/**
 * What a worker of this version knows how to do. Raised when the same kit and rows would become other messages, or be
 * sent in another way, than a worker before it would make of them: that one then leaves the run alone.
 */
export const knownNeeds = 1;

/** So many files are asked for at once: few questions, and never more in memory than ten pictures. */
const filesAtOnce = 10;

/** What travels with a run that is frozen. */
export interface NewKit {
  /** See `kitDigest`. */
  readonly digest: string;
  /** The version of onetopic that packed it. */
  readonly madeWith: string;
  readonly files: () => AsyncIterable<KitFile>;
}

/** What workers are given beside the rows. */
export interface KitBook {
  /**
   * Real runs with a kit that have something due at that time, or left by senders that are not there any more; without
   * those that are paused or cancelled. The oldest come first.
   */
  due(now: number): Promise<Run[]>;
  /** The files that the run's messages are composed from. */
  files(run: Run): AsyncGenerator<KitFile>;
}

/** See `Ledger.kits`. */
export function kitBook(db: Kysely<Tables>): KitBook {
  return {
    due: (now) => dueRuns(db, now),
    files: (run) => filesOf(db, run),
  };
}

/** A name for exactly these files, whatever their order. */
export async function kitDigest(files: AsyncIterable<KitFile>): Promise<string> {
  const all: [string, string][] = [];
  for await (const { path, bytes } of files)
    all.push([path, createHash("sha256").update(bytes).digest("hex")]);
  const inOrder = all.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(inOrder)).digest("hex");
}

/** Writes a kit down for the run, file by file; one that is there already is not written again. Gives the run with it. */
export async function writeKit(
  trx: Kysely<Tables>,
  run: Run,
  kit: NewKit | undefined,
  now: number,
): Promise<Run> {
  if (kit) await storeFiles(trx, kit, now);
  const columns = kit
    ? { kit: kit.digest, made_with: kit.madeWith, needs: knownNeeds }
    : { kit: null, made_with: null, needs: null };
  const row = await trx
    .updateTable("runs")
    .set(columns)
    .where("id", "=", run.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const used = trx.selectFrom("runs").select("kit").where("kit", "is not", null);
  await trx.deleteFrom("kits").where("digest", "not in", used).execute();
  return runFrom(row);
}

async function storeFiles(trx: Kysely<Tables>, { digest, files }: NewKit, now: number): Promise<void> {
  const made = await trx
    .insertInto("kits")
    .values({ digest, made_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning("digest")
    .execute();
  if (made.length === 0) return;
  for await (const { path, bytes } of files())
    await trx.insertInto("kit_files").values({ kit: digest, path, bytes }).execute();
}

async function* filesOf(db: Kysely<Tables>, { id, kit }: Run): AsyncGenerator<KitFile> {
  if (kit === undefined)
    throw new UserError(
      "no-kit",
      `Nothing travels with run ${id}: it stays with the machine that froze it.`,
      "Go on with it there: onetopic resume.",
    );
  for (let after = ""; ;) {
    const files = await db
      .selectFrom("kit_files")
      .select(["path", "bytes"])
      .where("kit", "=", kit)
      .where("path", ">", after)
      .orderBy("path")
      .limit(filesAtOnce)
      .execute();
    yield* files;
    const last = files.at(-1);
    if (!last) return;
    after = last.path;
  }
}

/** Each state by itself, since each has an index of its own. Whoever is on the do-not-mail list by now is not waited for. */
async function dueRuns(db: Kysely<Tables>, now: number): Promise<Run[]> {
  type Of = ExpressionBuilder<Tables & { r: Tables["runs"] }, "r">;
  const any = (of: Of) => of.selectFrom("deliveries as d").select("d.id").whereRef("d.run", "=", "r.id");
  const mailable = (of: Of) =>
    any(of).where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("suppressions as s").select("s.person").whereRef("s.person", "=", "d.person"))),
    );
  const rows = await db
    .selectFrom("runs as r")
    .selectAll("r")
    .where("r.rehearsal", "=", 0)
    .where("r.kit", "is not", null)
    .where("r.control", "is", null)
    .where((of) =>
      of.or([
        of.exists(mailable(of).where("d.state", "=", "pending")),
        of.exists(mailable(of).where("d.state", "=", "deferred").where("d.next_at", "<=", now)),
        of.exists(mailable(of).where("d.state", "=", "unknown").where("d.again", "=", 1)),
        of.exists(any(of).where("d.state", "=", "sending").where(ofNobody("d"))),
      ]),
    )
    .orderBy("r.id")
    .execute();
  return rows.map(runFrom);
}
