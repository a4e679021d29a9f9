import { tempToolkit, type TestToolkit } from "./cli.ts";

/** A library with 2 editions behind it, one to come, and one from when it had a topic each quarter. */
export function libraryWithEditions(): TestToolkit {
  const library = tempToolkit("library");
  library.edit("onetopic.yaml", "starts: 2026-11-03", "starts: 2026-10-01");
  const write = (cycle: string, topic: string, note = "") =>
    library.write(`content/editions/${cycle}.md`, `---\ncycle: ${cycle}\ntopic: ${topic}\n---\n${note}`);
  write("2026-Q1", "date-stamps");
  write("2026-10", "lost-cards", "\nDear readers, see [quiet hours](../topics/quiet-hours.md).\n");
  write("2026-11", "quiet-hours", "\n![The lamp](../pictures/lamp.png)\n");
  write("2026-12", "new-catalogue");
  return library;
}
