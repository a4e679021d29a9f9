import { Ajv2019 } from "ajv/dist/2019.js";
import formats from "ajv-formats";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openLedger } from "../src/deliver/open-ledger.ts";
import { parsePostgres } from "../src/deliver/place.ts";
import type { Postgres } from "./support/postgres-server.ts";
import { startPostgres } from "./support/postgres.ts";

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

const text = readFileSync("docs/compose.yaml", "utf8");
const compose = parse(text, { merge: true }) as Compose;
const { services } = compose;
const each = Object.entries(services);
const ours = each.filter(([, { image }]) => image?.startsWith("onetopic"));

/** The schema knows some forms by names of its own. Source: the Compose Specification, spec.md. */
function validator() {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  formats.default(ajv, ["uri"]);
  ajv.addFormat("duration", /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
  ajv.addFormat("ports", { validate: (port: string) => /^([\d.]+:)?(\d+:)?\d+(\/(tcp|udp))?$/.test(port) });
  ajv.addFormat("expose", /^\d+(-\d+)?(\/[a-z]+)?$/);
  ajv.addFormat("subnet_ip_address", /^[\d.:a-f]+\/\d+$/);
  const file = readFileSync("tests/fixtures/compose/compose-spec.json", "utf8");
  // Its dialect is draft 2019-09, by an address that is not quite that of the draft, and with names as in draft 4.
  ajv.removeKeyword("id");
  const { $schema: _, ...schema } = JSON.parse(file) as Record<string, unknown>;
  return ajv.compile(schema);
}

/** `name` came into the specification after this schema. */
function withoutName(file: string): unknown {
  const { name: _, ...rest } = parse(file, { merge: true }) as Record<string, unknown>;
  return rest;
}

describe("docs/compose.yaml", () => {
  const validate = validator();

  it("keeps to the Compose Specification", () => {
    validate(withoutName(text));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ["a word that is not known", (file: string) => file.replace("read_only:", "readonly:")],
    ["a list where there is none", (file: string) => file.replace("internal: true", "internal: [yes]")],
    ["no length of time", (file: string) => file.replace("interval: 10s", "interval: 10 seconds")],
  ])("would be found to have %s", (_, spoil) => {
    expect(spoil(text)).not.toBe(text);
    expect(validate(withoutName(spoil(text)))).toBe(false);
  });

  it.each(each)("gives %s no right that it does not need, and asks how it is", (_, service) => {
    expect(service.privileged ?? false).toBe(false);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    expect(service.image).toMatch(/:\d+\.\d+/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of service.volumes ?? []) expect(volume).toMatch(/^ledger:|:ro$/);
  });

  it.each(ours)("runs %s as nobody in particular, on a disk that it cannot write", (_, service) => {
    expect(service.user).toBe("1000:1000");
    expect(service.read_only).toBe(true);
    expect(service.cap_add).toBeUndefined();
    expect(service.environment?.["ONETOPIC_LEDGER"]).toMatch(/^postgres:\/\/onetopic_sender:/);
    expect(service.secrets).not.toContain("ledger_password");
    expect(service.networks).toContain("ledger");
  });

  it("holds no secret: they come from files, and only where they are used", () => {
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/secrets\//);
    for (const [, { environment = {} }] of each)
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|KEY/.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
        else expect(value).not.toMatch(/:\/\/[^:]*:(?!\$\$\{)/);
      }
    expect(readFileSync(".gitignore", "utf8").split("\n")).toContain("docs/secrets/");
    const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[] };
    expect(files).toContain("!docs/secrets");
    expect(readFileSync("docs/Dockerfile.dockerignore", "utf8").split("\n")).toContain("docs/secrets");
  });

  it("lets nobody but the ledger's own network reach the ledger, and workers get out to the mail server", () => {
    expect(compose.networks["ledger"]?.internal).toBe(true);
    expect(services["worker"]?.networks).toContain("mail");
    expect(services["unsubscribe"]?.networks).not.toContain("mail");
  });
});

describe("docs/compose-roles.sql", () => {
  let server: Postgres | undefined;
  let missing: string | undefined;
  beforeAll(async () => {
    server = await startPostgres((note) => (missing = note)).catch((fault: Error) => {
      if (missing === undefined) throw fault;
      return undefined;
    });
  });
  afterAll(() => server?.close());

  it("makes somebody who may send, and change no table", async (test) => {
    if (!server) return test.skip(missing);
    server.ask("postgres", "create database onetopic");
    const roles = readFileSync("docs/compose-roles.sql", "utf8");
    expect(roles).toContain("\\set password `cat /run/secrets/sender_password`\n");
    server.ask("onetopic", roles.replace(/^\\set.*$/m, "").replace(":'password'", "'let me in'"));
    const as = (user: string) =>
      openLedger(parsePostgres(server!.url("onetopic", user), "."), { now: () => 1_000 });
    await expect(as("onetopic_sender")).rejects.toMatchObject({ code: "ledger-rights" });
    const owner = await as("postgres");
    const staged = owner.stage();
    const to = { address: "a@example.org", key: "a@example.org", fields: {}, row: 2 };
    const about = { cycle: "2026-11", variant: "email", transport: "smtp://mail.example.org" } as const;
    await staged.read({ ...about, audiences: [] }, [{ kind: "person", to }].values() as never);
    const frozen = { ...about, topic: "good", list: "all", contentDigest: "" };
    const run = await owner.freeze(frozen, staged);
    await owner.close();
    const sender = await as("onetopic_sender");
    await sender.adopt(run);
    const who = { owner: "o", run, lease: 60_000, host: "here", pid: 1, version: "1.2.3" };
    expect(await sender.enlist(who)).toBe(true);
    const { deliveries } = await sender.claim({ run, owner: "o", limit: 9, limits: {} });
    const attempt = {
      id: deliveries[0]!.id,
      owner: "o",
      domain: "example.org",
      messageId: "<1>",
      transport: "smtp:",
    };
    expect(await sender.begin(attempt)).toBe(true);
    await sender.settle({ attempt, outcome: { kind: "accepted", reply: "250" } });
    await sender.resign("o");
    await sender.takeOver();
    expect(await sender.suppress([to], "asked")).toBe(1);
    expect(await sender.tally(run)).toMatchObject({ accepted: 1, pending: 0 });
    await sender.close();
    const asSender = (statement: string) => () =>
      server!.ask("onetopic", `set role onetopic_sender; ${statement}`);
    expect(asSender("create table onetopic.more (a integer)")).toThrow("permission denied");
    expect(asSender("drop table onetopic.deliveries")).toThrow("must be owner");
    expect(asSender("truncate onetopic.runs")).toThrow("permission denied");
  });
});
