import { downloadedFile, renderedFile } from "./frames.ts";
import type { FileRoute, FormRoute, PageRoute } from "./page.ts";
import { calendarPage } from "./pages/calendar.ts";
import { outboxPage } from "./pages/outbox.ts";
import { overviewPage } from "./pages/overview.ts";
import { choosePerson, topicPage } from "./pages/topic.ts";

/* Every address of the preview. */

export const pages: Readonly<Record<string, PageRoute>> = {
  "/": overviewPage,
  "/topics/:slug": topicPage,
  "/calendar": calendarPage,
  "/outbox": outboxPage,
};

export const files: Readonly<Record<string, FileRoute>> = {
  "/render/:slug/:artefact": renderedFile,
  "/download/:slug/:artefact": downloadedFile,
};

export const forms: Readonly<Record<string, FormRoute>> = {
  "/topics/:slug/person": choosePerson,
};
