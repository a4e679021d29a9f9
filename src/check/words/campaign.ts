import { dayInWords } from "../../domain/dates.ts";
import { withoutLogin } from "../../domain/link.ts";
import { quoted } from "../../domain/quoted.ts";
import { didYouMean, few } from "./phrases.ts";
import type { Words } from "./words.ts";

/** The sentences about the calendar, editions, sending and lists. */
export const campaignWords = {
  "cycle/holidays": ({ region, known }) =>
    `The public holidays of "${region}" are not known. ${didYouMean(region, known)}Use one of ${known.join(", ")}, or write the days under "cycle.avoid.dates".`,
  "edition/approval-missing": ({ cycle, roles }) =>
    `${cycle} is not approved yet: ${rolesInWords(roles)}. When it is, record it: onetopic approve ${cycle} --by NAME --as ${roles[0] === "anyone" ? "ROLE" : roles[0]}.`,
  "edition/approval-void": ({ cycle, role }) =>
    `${cycle} has changed since ${role} approved it, so that approval is void. "onetopic status ${cycle}" says what was changed. Undo it, or ask for the approval again.`,
  "edition/file-name": ({ cycle, expected }) =>
    `This file is named for ${expected} but says cycle ${cycle}. Change one to match the other.`,
  "edition/link-repeated": ({ cycle, topic, before, link }) =>
    `"${topic}" in ${cycle} leads to the same page as ${before}, the edition before it: ${withoutLogin(link)}. Give it a page of its own, or pick another topic.`,
  "edition/no-cycle": ({ cycle, every, starts, example }) =>
    `${cycle} is no cycle of this toolkit, which has one every ${every} from ${starts}, so this edition never has its turn. Use an id such as ${example}.`,
  "edition/not-ready": ({ cycle, topic, why, review }) =>
    why === "review"
      ? `"${topic}" is past its review date, ${review}, when ${cycle} goes out. Check the facts and set a new date, or pick another topic.`
      : `"${topic}" is ${why === "draft" ? "still a draft" : "retired"}, so ${cycle} cannot be sent. Make it ready, or pick another topic: onetopic pick --cycle ${cycle} --replace.`,
  "edition/unknown-topic": ({ topic, known }) =>
    `There is no topic "${topic}". ${didYouMean(topic, known)}Choose another with "onetopic pick --replace".`,
  "list/bad-row": ({ list, row, reason, more }) =>
    `Row ${row} of ${list} is skipped: in the column "email", ${reason}.${moreRows(more)} Correct it or remove the row.`,
  "list/column-missing": ({ list, column, variant, template, columns }) =>
    `${list} has no column "${column}", shown in the ${variant} without a fallback (${template}). Its first row names ${columns === 1 ? "1 column" : `${columns} columns`}. Add the column or correct its name, or give a fallback in the template.`,
  "list/duplicate": ({ list, row, firstRow, more }) =>
    `Row ${row} of ${list} has the same address as row ${firstRow}, so only one of them counts.${moreRows(more)} Remove one of them.`,
  "list/empty": ({ list }) =>
    `${list} has nobody on it. Check the file: the first row names the columns, and each other row is a person.`,
  "list/field-empty": ({ list, column, variant, template, rows }) =>
    `"${column}" is empty in ${rowsInWords(rows)} of ${list}, shown in the ${variant} without a fallback (${template}). Fill it in, or give a fallback in the template.`,
  "list/likely-slip": ({ list, rows }) =>
    `${capital(rowsInWords(rows))} of ${list} ${rows.length === 1 ? "has an address" : "have addresses"} at a domain that is likely a slip, such as "gmial.com". See what was probably meant: onetopic recipients check ${quoted(list)}.`,
  "list/no-audience": ({ list, rows, known, unknown }) =>
    `${capital(rowsInWords(rows))} of ${list} ${rows.length === 1 ? "has" : "have"} ${unknown ? "an audience that is not in the settings" : "no audience"}, so the version for everyone goes there. Use one of: ${known.join(", ")}.`,
  "list/role-address": ({ list, rows }) =>
    `${capital(rowsInWords(rows))} of ${list} ${rows.length === 1 ? "has the address" : "have addresses"} of a task, such as "info@", not of a person. Mail to "noreply@" reaches nobody; ask for another address, or leave it if it is meant.`,
  "list/unreadable": ({ list, reason }) => `${list} cannot be used: ${reason}`,
  "pin/clash": ({ cycle, other, picked }) =>
    picked
      ? `This topic is pinned to ${cycle}, for which "${other}" is picked. Pin it to another cycle, or remove the pin.`
      : `"${other}" is pinned to ${cycle} as well, and comes first. Pin one of them to another cycle.`,
  "pin/gap": ({ pin, used, ahead, gap, topic }) =>
    `This topic is pinned to ${pin}, but does not come: it ${ahead ? "is picked for" : "was used in"} ${used}, and ${gap === 1 ? "1 cycle must" : `${gap} cycles must`} lie between. Pin it to another cycle, or have it all the same: onetopic pick ${quoted(topic)} --cycle ${pin}.`,
  "pin/no-cycle": ({ pin, every, starts, example }) =>
    `${pin} is no cycle of this toolkit, which has one every ${every} from ${starts}, so this topic is never suggested. Use an id such as ${example}.`,
  "pin/past": ({ pin }) =>
    `${pin} is past, and a topic is suggested in no other cycle than the one it is pinned to. Remove the pin, or pin it to a cycle to come.`,
  "pin/review": ({ pin, date, review }) =>
    `${pin} goes out on ${dayInWords(date)}, when the review date, ${review}, is past. Check the facts and set a later date, or pin it to an earlier cycle.`,
  "pin/season": ({ pin, date, season }) =>
    `${pin} goes out on ${dayInWords(date)}, which is not in the topic's season, ${season}. Change the pin or the season.`,
  "plan/gap": ({ cycles, why }) =>
    `No topic can come in ${few(cycles)}: ${why}. Make another topic ready, or pick one by hand.`,
  "plan/never": ({ why, season, date, review }) => {
    if (why === "skipped")
      return `Every day of ${date} is avoided, so this topic cannot come. Pin it to another cycle.`;
    return why === "season"
      ? `No send date of the next five years falls into this season, ${season}, so this topic is never suggested. Widen the season.`
      : `The next send date in its season is ${dayInWords(date)}, when the review date, ${review}, is past. Check the facts before, and set a later date.`;
  },
  "plan/skipped": ({ cycles }) =>
    `Every day of ${few(cycles)} is avoided, so nothing goes out then. Allow a day, unless this is meant.`,
  "plan/starved": ({ season, cycles, others }) =>
    `Other topics come first in each of its send dates (season ${season}), so this one does not come in the next ${cycles} cycles${others > 0 ? `, nor ${others === 1 ? "does 1 other" : `do ${others} others`} of the same season` : ""}. Widen the season, pin it, or give it a lower priority number.`,
  "send/dkim": ({ reason }) => `Messages cannot be signed: ${reason}`,
  "send/ledger": ({ reason }) => `The ledger cannot be used: ${reason}`,
  "send/list": ({ list, why }) =>
    why === "outside"
      ? `The list "${list}" leads out of the toolkit, so a send to it is refused. Keep lists under var/.`
      : `The list "${list}" is in no form that can be read. Save it as an Excel workbook (.xlsx) or as "CSV UTF-8" and name that file.`,
  "send/no-sender": () =>
    'Nobody is named as the sender, so every send is refused. Add "sender: { name: …, address: … }".',
  "send/no-unsubscribe": () =>
    'Mail leaves this machine, and readers have no way to stop it. Add "unsubscribe" with "mailto" or "url".',
  "send/transport": ({ reason }) => `Nothing can be sent: ${reason}`,
} satisfies Partial<Words>;

function rolesInWords(roles: readonly string[]): string {
  return roles[0] === "anyone" ? `${roles.length} more must sign` : `${roles.join(", ")} must sign`;
}

function rowsInWords(rows: readonly number[]): string {
  return rows.length === 1 ? `row ${rows[0]}` : `rows ${few(rows.map(String))}`;
}

function moreRows(more: number): string {
  if (more === 0) return "";
  return ` So ${more === 1 ? "is 1 more row" : `are ${more.toLocaleString("en-GB")} more rows`}.`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
