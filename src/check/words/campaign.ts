import { didYouMean } from "./phrases.ts";
import type { Words } from "./words.ts";

/** The sentences about the calendar, editions and sending. */
export const campaignWords = {
  "cycle/holidays": ({ region }) =>
    `Public holidays (${region}) are not avoided by this version. Add their dates to "cycle.avoid.dates".`,
  "edition/file-name": ({ cycle, expected }) =>
    `This file is named for ${expected} but says cycle ${cycle}. Change one to match the other.`,
  "edition/unknown-topic": ({ topic, known }) =>
    `There is no topic "${topic}". ${didYouMean(topic, known)}Choose another with "onetopic pick --replace".`,
} satisfies Partial<Words>;
