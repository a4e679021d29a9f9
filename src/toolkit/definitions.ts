import { z } from "zod";
import { platformIds, type PlatformId } from "../domain/brand.ts";
import { outcomeKinds } from "../domain/edition.ts";
import { frequencies, usualGrace } from "../domain/settings.ts";
import { statuses, variants } from "../domain/topic.ts";
import {
  address,
  colour,
  cycleId,
  day,
  duration,
  fields,
  figure,
  isLanguage,
  isTimeZone,
  isWebAddress,
  line,
  listOf,
  monthDay,
  oneOf,
  record,
  slug,
  text,
  web,
  whole,
  yes,
} from "./kinds.ts";

/*
 * What each kind of file may hold. These definitions validate, and the JSON Schemas in schema/ are made from them.
 * All scalars arrive as text (see yaml.ts); the message of each rule says what was expected.
 */

const contact = fields({
  name: line(120),
  email: address,
  phone: line(40).optional(),
});

const message = text(140);
const actions = record(slug, listOf(message, 1, 6));

const variantWords = fields({
  subject: line(200).optional(),
  preheader: line(200).optional(),
  headline: line(120).optional(),
  strapline: line(200).optional(),
  text: text(2000).optional(),
  design: slug.optional(),
  messages: listOf(message, 1, 5).optional(),
  actions: actions.optional(),
  audiences: listOf(slug, 1, 20).optional(),
});
const variantWordsByName = fields(
  Object.fromEntries(variants.map((variant) => [variant, variantWords.optional()])) as Record<
    (typeof variants)[number],
    z.ZodOptional<typeof variantWords>
  >,
);

export const topicDefinition = fields({
  title: line(80),
  summary: line(160, "one sentence"),
  status: oneOf(statuses).default("draft"),
  messages: listOf(message, 1, 5).default([]),
  actions: actions.default({}),
  scenario: text(2000).optional(),
  link: fields({ label: line(120), url: web, short: line(120).optional() }).optional(),
  contact: contact.optional(),
  sources: listOf(
    fields({ title: line(300), url: web, published: line(40).optional(), checked: day.optional() }),
    0,
    50,
  ).default([]),
  tags: listOf(line(60), 0, 50).default([]),
  priority: whole(1, 5).default(3),
  order: whole(0, 100_000).optional(),
  season: fields({ from: monthDay, to: monthDay }).optional(),
  pin: cycleId.optional(),
  owner: line(200).optional(),
  review: day.optional(),
  approvers: listOf(slug, 0, 20).default([]),
  variants: variantWordsByName.default({}),
});

const follow = line(300, "an address that begins with https://, or a handle such as @northmoor").refine(
  (value) => !value.includes(":") || (value.startsWith("https://") && isWebAddress(value)),
  { error: "an address that begins with https://, or a handle such as @northmoor" },
);
const social = fields(
  Object.fromEntries(platformIds.map((id) => [id, follow.optional()])) as Record<
    PlatformId,
    z.ZodOptional<typeof follow>
  >,
);

export const brandDefinition = fields({
  name: line(120),
  shortName: line(60).optional(),
  logo: fields({ file: line(200), alt: line(200, "what the logo shows, as text") }).optional(),
  colours: fields({ primary: colour, accent: colour.optional() }),
  footer: line(400).optional(),
  address: line(300).optional(),
  website: web.optional(),
  contact: contact.optional(),
  sender: fields({ name: line(120), address }).optional(),
  social: social.default({}),
  words: record(line(120), z.string().max(200)).default({}),
});

export const postDefinition = fields({
  title: line(160),
  date: day,
  author: line(120).optional(),
  url: web.optional(),
  summary: line(300).optional(),
});

export const aboutDefinition = fields({ title: line(120), summary: line(300) });

export const editionDefinition = fields({
  cycle: cycleId,
  topic: slug,
  picked: fields({ on: day, by: line(120).optional(), why: line(400) }).optional(),
  approvals: listOf(fields({ by: line(120), role: slug, on: day, digest: line(100) }), 0, 50).default([]),
  schedule: fields({
    list: line(200),
    variant: oneOf(["email", "newsletter"]),
    only: line(500).optional(),
    exclude: listOf(line(200), 0, 50).optional(),
    transport: line(2000).optional(),
    through: line(2000).optional(),
    count: whole(1, 100_000_000),
    people: line(100).optional(),
    digest: line(100),
    at: line(40).refine((value) => !Number.isNaN(Date.parse(value)), {
      error: "a time such as 2026-12-03T09:30:00+00:00",
    }),
  }).optional(),
  outcomes: listOf(
    fields({
      measure: line(200),
      kind: oneOf(outcomeKinds),
      value: figure,
      note: line(400).optional(),
      on: day,
    }),
    0,
    200,
  ).default([]),
});

const level = oneOf(["error", "warn", "off"]);
const ruleSetting = fields({
  level: level.optional(),
  max: whole(0, 1_000_000).optional(),
  min: whole(0, 1_000_000).optional(),
  days: whole(0, 36_500).optional(),
  words: record(line(120), z.string().max(200)).optional(),
  allow: listOf(line(120), 0, 5000).optional(),
});

const secret = line(200).regex(/^\$\{[A-Za-z_]\w*\}$/, {
  error: 'the name of an environment variable, as "${NAME}"',
});
const tokenUrl = line(500).refine(
  (url) => isWebAddress(url) && /^(https:|http:\/\/(127\.0\.0\.1|localhost)[:/])/i.test(url),
  { error: "an address that begins with https://" },
);

const dkimKey = fields({ domain: line(253), selector: line(63), key: line(10_000) });

export const settingsDefinition = fields({
  toolkit: line(120),
  organisation: line(200).optional(),
  language: line(35).refine(isLanguage, { error: "a language tag such as en-GB" }).default("en-GB"),
  brand: slug.optional(),
  audiences: record(slug, fields({ title: line(80) })).default({}),
  sender: fields({ name: line(120), address, replyTo: address.optional() }).optional(),
  cycle: fields({
    every: oneOf(frequencies),
    starts: day,
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time such as 09:30" })
      .default("09:00"),
    timezone: z
      .string()
      .refine(isTimeZone, { error: "a time zone such as Europe/London" })
      .default("Europe/London"),
    grace: duration.default(usualGrace),
    gap: whole(0, 1000).default(0),
    avoid: fields({
      weekends: yes.default(false),
      holidays: line(20).optional(),
      dates: listOf(fields({ from: day, to: day, why: line(200).optional() }), 0, 500).default([]),
    }).default({ weekends: false, dates: [] }),
  }),
  approvals: z
    .union([whole(0, 20), z.array(slug)], { error: "how many approvals, or a list of roles" })
    .optional(),
  transport: line(2000).default("outbox:var/outbox"),
  oauth2: fields({
    tokenUrl,
    clientId: line(300),
    clientSecret: secret.optional(),
    refreshToken: secret.optional(),
    scope: line(500).optional(),
  })
    .refine(({ clientSecret, refreshToken }) => clientSecret !== undefined || refreshToken !== undefined, {
      error: "a clientSecret, a refreshToken, or both",
    })
    .optional(),
  limits: fields({
    connections: whole(1, 100).default(4),
    messagesPerConnection: whole(1, 100_000).default(100),
    perSecond: whole(1, 10_000).optional(),
    perHour: whole(1, 100_000_000).optional(),
    perDay: whole(1, 100_000_000).optional(),
    perDomain: whole(1, 100_000_000).optional(),
  }).default({ connections: 4, messagesPerConnection: 100 }),
  retry: fields({
    first: duration.default(60_000),
    longest: duration.default(3_600_000),
    giveUpAfter: duration.default(86_400_000),
    attempts: whole(1, 1000).default(12),
    timeout: duration.default(600_000),
  }).default({ first: 60_000, longest: 3_600_000, giveUpAfter: 86_400_000, attempts: 12, timeout: 600_000 }),
  lists: record(
    slug,
    z.union(
      [line(500).transform((file) => ({ file })), fields({ file: line(500), audience: slug.optional() })],
      {
        error: "a file under var/, or file and audience",
      },
    ),
  ).default({}),
  reviewers: record(slug, listOf(address, 1, 50)).default({}),
  unsubscribe: fields({
    mailto: address.optional(),
    url: line(500)
      .refine((url) => url.includes("${") || isWebAddress(url.replaceAll("{token}", "token")), {
        error: "an address that begins with https://",
      })
      .optional(),
  }).optional(),
  bounces: fields({
    mailbox: line(2000).optional(),
    softLimit: whole(1, 100).default(5),
  }).default({ softLimit: 5 }),
  site: fields({ url: web }).optional(),
  dkim: z
    .union([dkimKey.transform((one) => [one]), listOf(dkimKey, 1, 2)], {
      error: "domain, selector and key, or a list of two of these",
    })
    .optional(),
  variants: variantWordsByName.default({}),
  checks: record(
    line(80),
    z.union([level.transform((one) => ({ level: one })), ruleSetting], {
      error: "error, warn or off, or a level with limits",
    }),
  ).default({}),
  ledger: line(2000).default("var/ledger.sqlite"),
});
