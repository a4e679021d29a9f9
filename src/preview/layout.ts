import { html as markup } from "hono/html";
import type { UserError } from "../domain/user-error.ts";
import type { Shown } from "./live.ts";
import type { Html, Page } from "./page.ts";

const places = [
  { place: "overview", path: "/", label: "Overview" },
  { place: "calendar", path: "/calendar", label: "Calendar" },
  { place: "outbox", path: "/outbox", label: "Outbox" },
] as const;

/** A whole page: what all of them have around them. */
export function layout(page: Page, { stage, version, fault, watching }: Shown, run: string): Html {
  const { toolkit } = stage.toolkit.settings;
  return markup`<!doctype html>
<html lang="en-GB" data-version="${String(version)}" data-run="${run}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} – ${toolkit}</title>
<link rel="stylesheet" href="/assets/style.css">
<script type="module" src="/assets/client.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<p class="name"><a href="/">${toolkit}</a></p>
<nav aria-label="Main">
<ul>
${places.map(
  ({ place, path, label }) =>
    markup`<li><a href="${path}"${page.place === place ? markup` aria-current="page"` : ""}>${label}</a></li>`,
)}
</ul>
</nav>
</header>
<main id="main" tabindex="-1">
${fault ? notice(fault) : ""}${watching ? notice(watching) : ""}
${page.body}
</main>
<footer class="bottom"><p id="status" role="status"></p><p>Only whoever has the address with its key can open this page, and nothing is sent from it.</p></footer>
</body>
</html>
`;
}

/** A page for somebody who is not let in: it tells nothing of the toolkit, not even its name. */
export function bareLayout({ title, body }: Page): Html {
  return markup`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – onetopic preview</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body class="door">
<main id="main">
${body}
</main>
</body>
</html>
`;
}

/** Why what is shown may not be what the files say. */
function notice({ message, hint }: UserError): Html {
  return markup`<section class="notice fault" aria-label="This page may be out of date"><p><strong>${message}</strong> ${hint}</p></section>
`;
}

/** A page that says what went wrong. */
export function faultPage(status: Page["status"], title: string, message: string, hint: string): Page {
  return {
    title,
    status,
    body: markup`<h1>${title}</h1>
<p>${message}</p>
<p>${hint}</p>
<p><a href="/">Back to the overview</a></p>`,
  };
}

/** The same for somebody who is not let in: no way leads on from it. */
export function closedDoor(title: string, message: string, hint: string): Page {
  return { title, status: 403, body: markup`<h1>${title}</h1>\n<p>${message}</p>\n<p>${hint}</p>` };
}
