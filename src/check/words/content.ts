import { withoutLogin, type LinkFault } from "../../domain/link.ts";
import { didYouMean, enumerate, shorten } from "./phrases.ts";
import type { Words } from "./words.ts";

/** The sentences about what officers write: topics, posts, notes. */
export const contentWords = {
  "heading/jump": ({ from, to }) =>
    `This heading goes from level ${from} to level ${to}. Use level ${from + 1}, so that no level is skipped.`,
  "image/broken": ({ target }) =>
    `The picture "${target}" is damaged or incomplete. Copy it here again, or open it and save it anew.`,
  "image/missing": ({ target }) =>
    `There is no picture "${target}". Paths count from this file; check the name.`,
  "image/no-alt": ({ target }) =>
    `The picture "${target}" has no text for people who cannot see it. Write it between the square brackets.`,
  "image/outside": ({ target }) =>
    `The picture "${target}" is outside content/. Copy it into content/ and use that path.`,
  "image/remote": ({ target }) =>
    `The picture "${withoutLogin(target)}" is on the web. Save it in content/ and use its path.`,
  "image/too-large": ({ target, size, limit }) =>
    `The picture "${target}" is ${size}; the most is ${limit}. Make it smaller.`,
  "image/type": ({ target }) =>
    `"${target}" is not a picture of a kind that can be sent. Use PNG, JPEG or GIF (SVG for print).`,
  "image/unsafe": ({ target, reason }) =>
    `The picture "${target}" cannot be used: ${reason}. Export it again as plain shapes, or use PNG.`,
  "link/broken": ({ target }) =>
    `The link "${withoutLogin(target)}" leads nowhere: there is no such file. Check the name.`,
  "link/insecure": ({ target }) =>
    `The link "${withoutLogin(target)}" is not encrypted. Use https:// if the site has it.`,
  "link/unreachable": ({ target: typed, fault, status }) => {
    const target = withoutLogin(typed);
    const answer = status === undefined ? "" : ` (${status})`;
    const why: Readonly<Record<LinkFault, string>> = {
      missing: `The link "${target}" leads to a page that is not there${answer}. Find where it went, or take the link out.`,
      "no-site": `The link "${target}" names a site that does not exist. Check how it is spelled.`,
      "bad-address": `The link "${target}" has an address that no browser opens: perhaps its site or its port is mistyped. Check how it is written.`,
      login: `The link "${target}" is written with a user name or a password in it, for everybody to read. Take them out, and change the password.`,
      certificate: `The site of the link "${target}" has a faulty certificate, so browsers warn of it. Tell the owner, or link to another page.`,
      timeout: `The link "${target}" gave no answer in time. Open it yourself; link to another page if it stays silent.`,
      "no-answer": `The site of the link "${target}" takes no connections. Open it yourself; link to another page if it stays away.`,
      server: `The site of the link "${target}" answers with a fault of its own${answer}. Try again later, or tell the owner.`,
      private: `The link "${target}" leads to a machine or network that readers are not on. Give the public address.`,
    };
    return why[fault];
  },
  "link/quotes": () =>
    'The curly quotes beside this address keep it from being a link. Use straight ones, or run "onetopic check --fix".',
  "link/unsafe": ({ target, scheme }) =>
    `The link "${withoutLogin(target)}" uses "${scheme}", which is not allowed. Use https://, mailto: or tel:.`,
  "link/weak-text": ({ text }) => `The link text "${text}" says nothing by itself. Say where the link leads.`,
  "markdown/html": ({ html }) => `HTML is shown as text, not used: ${html}. Use Markdown instead.`,
  "markdown/nesting": ({ limit }) =>
    `Lists or quotes are nested too deeply here (more than ${limit}). Make the text flatter.`,
  "text/preheader-long": ({ variant, length, limit }) =>
    `The preheader of the ${variant} has ${length} characters; inboxes show ${limit} at most. Shorten it.`,
  "text/preheader-repeats": ({ variant }) =>
    `The preheader of the ${variant} says the same as its subject. Say what else the reader gains.`,
  "text/subject-long": ({ variant, length, limit }) =>
    `The subject of the ${variant} has ${length} characters; many mail programs cut it at ${limit}. Put the key words first and shorten it.`,
  "topic/audience-unknown": ({ audience, known }) =>
    `There is no audience "${audience}" in the settings. ${didYouMean(audience, known)}Use one of: ${enumerate(known)}.`,
  "topic/duplicate-title": ({ title, other }) =>
    `"${shorten(title)}" is the title of ${other} as well, so readers cannot tell them apart. Change one title, or retire one of the topics.`,
  "topic/no-sources": () =>
    "This topic names no sources. Add at least one, so that readers can check the facts.",
  "topic/one-sided": ({ audience }) =>
    `Only "${audience}" is asked to do something. Give the other side a job as well, so that it does not read as blame.`,
  "topic/order-twice": ({ order, other }) =>
    `${other} has "order: ${order}" as well. Give each topic a number of its own.`,
  "topic/placeholder": ({ text }) =>
    `"${text}" is placeholder text. Write the real words before the topic is ready.`,
  "topic/repeated-message": ({ message }) => `This says the same twice: "${shorten(message)}". Remove one.`,
  "topic/review-past": ({ review }) =>
    `The review date ${review} is past, so this topic may not be picked or sent. Check the facts, then set a new date.`,
  "topic/review-soon": ({ review, days }) =>
    `The review date ${review} is in ${days} days. Plan time to check the facts.`,
} satisfies Partial<Words>;
