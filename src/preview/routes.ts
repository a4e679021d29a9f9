import { downloadedFile, renderedFile } from "./frames.ts";
import { messageFile, messageHtml, messagePart } from "./message-files.ts";
import type { FileRoute, FormRoute, PageRoute } from "./page.ts";
import { calendarPage } from "./pages/calendar.ts";
import { cyclePage } from "./pages/cycle.ts";
import { messagePage } from "./pages/message.ts";
import { outboxPage } from "./pages/outbox.ts";
import { overviewPage } from "./pages/overview.ts";
import { choosePerson, topicPage } from "./pages/topic.ts";
import { pickRoute } from "./pick-form.ts";

/* Every address of the preview. */

export const pages: Readonly<Record<string, PageRoute>> = {
  "/": overviewPage,
  "/topics/:slug": topicPage,
  "/calendar": calendarPage,
  "/calendar/:cycle": cyclePage,
  "/outbox": outboxPage,
  "/outbox/:id": messagePage,
};

export const files: Readonly<Record<string, FileRoute>> = {
  "/render/:slug/:artefact": renderedFile,
  "/download/:slug/:artefact": downloadedFile,
  "/outbox/:id/html": messageHtml,
  "/outbox/:id/message.eml": messageFile,
  "/outbox/:id/parts/:number": messagePart,
};

export const forms: Readonly<Record<string, FormRoute>> = {
  "/topics/:slug/person": choosePerson,
  "/pick": pickRoute,
};
