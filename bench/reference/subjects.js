/**
 * What onetopic is measured against: each turns one topic's file into the HTML of its newsletter. They say the same
 * things; none of them checks, escapes for mail programs, or writes the text part.
 */
import { createRequire } from "node:module";
import {
  Button,
  Body,
  Container,
  Head,
  Heading,
  Html,
  Link,
  Preview,
  Section,
  Text,
} from "@react-email/components";
import { render } from "@react-email/render";
import mjml2html from "mjml";
import { createElement as h } from "react";
import { inlinedPage, plain, viewOf } from "./bare.js";

const require = createRequire(new URL("../../package.json", import.meta.url));
const Handlebars = require("handlebars");
const { inline } = require("@css-inline/css-inline");
const inlined = inlinedPage("newsletter");

const mjml = `<mjml lang="en-GB"><mj-head><mj-title>{{topic.subject}}</mj-title><mj-preview>{{topic.preheader}}</mj-preview>
<mj-attributes><mj-all font-family="Arial" /><mj-text font-size="16px" line-height="26px" color="#1f2326" /></mj-attributes>
<mj-style>@media (prefers-color-scheme: dark) { .card { background: #1b1f23 !important; color: #eef0f2 !important } }</mj-style></mj-head>
<mj-body background-color="#f3f5f6"><mj-wrapper css-class="card" background-color="#ffffff">
<mj-section><mj-column><mj-text font-weight="bold">{{brand.name}}</mj-text><mj-text>{{toolkit.name}}</mj-text></mj-column></mj-section>
<mj-section><mj-column><mj-text font-size="30px"><h1>{{topic.headline}}</h1></mj-text><mj-text font-size="20px">{{topic.strapline}}</mj-text></mj-column></mj-section>
{{#if topic.scenario}}<mj-section background-color="#eef3f3" border-left="4px solid #0b4f52"><mj-column><mj-text><h2>Picture this</h2></mj-text><mj-text>{{topic.scenario}}</mj-text></mj-column></mj-section>{{/if}}
<mj-section><mj-column><mj-text><h2>Key messages</h2><ul>{{#each topic.messages}}<li>{{this}}</li>{{/each}}</ul></mj-text></mj-column></mj-section>
{{#each topic.asks}}<mj-section border-top="4px solid #0b4f52"><mj-column><mj-text><h3>{{title}}</h3><ul>{{#each actions}}<li>{{this}}</li>{{/each}}</ul></mj-text></mj-column></mj-section>{{/each}}
<mj-section><mj-column><mj-text>{{topic.body}}</mj-text></mj-column></mj-section>
{{#if links.more}}<mj-section><mj-column><mj-button href="{{links.more.url}}" background-color="#0b4f52">{{links.more.label}}</mj-button></mj-column></mj-section>{{/if}}
<mj-section><mj-column><mj-text><h2>Sources</h2></mj-text>{{#each topic.sources}}<mj-text><a href="{{url}}">{{title}}</a><br />{{published}} {{checked}}</mj-text>{{/each}}</mj-column></mj-section>
</mj-wrapper><mj-section><mj-column><mj-text>{{brand.footer}}</mj-text><mj-text>{{brand.address}}</mj-text></mj-column></mj-section></mj-body></mjml>`;
const marks = Handlebars.compile(mjml);

function email({ toolkit, topic, brand, links }) {
  const html = (value) => ({ dangerouslySetInnerHTML: { __html: String(value) } });
  const items = (values) => h("ul", null, ...values.map((value, key) => h("li", { key, ...html(value) })));
  const box = { padding: 32, background: "#ffffff" };
  return h(
    Html,
    { lang: toolkit.language },
    h(Head, null, h("title", null, topic.subject)),
    h(Preview, null, topic.preheader),
    h(
      Body,
      { style: { fontFamily: "Arial", background: "#f3f5f6" } },
      h(
        Container,
        { style: box },
        h(Section, null, h(Text, null, brand.name), h(Text, null, toolkit.name)),
        h(Heading, { style: { fontSize: 30 } }, topic.headline),
        h(Text, { style: { fontSize: 20 } }, topic.strapline),
        topic.scenario
          ? h(Section, null, h(Heading, { as: "h2" }, "Picture this"), h("p", html(topic.scenario)))
          : null,
        h(Section, null, h(Heading, { as: "h2" }, "Key messages"), items(topic.messages)),
        ...topic.asks.map(({ title, actions }) =>
          h(Section, { key: title }, h(Heading, { as: "h3" }, title), items(actions)),
        ),
        h("div", html(topic.body)),
        links.more ? h(Button, { href: links.more.url, style: { padding: 14 } }, links.more.label) : null,
        h(Heading, { as: "h2" }, "Sources"),
        ...(topic.sources ?? []).map(({ title, url, published }) =>
          h(Text, { key: title }, h(Link, { href: url }, title), " ", String(published ?? "")),
        ),
        h(Section, null, h(Text, null, brand.footer), h(Text, null, brand.address)),
      ),
    ),
  );
}

/** Name → one topic's file, as text, to HTML. */
export const subjects = {
  "bare loop, inlined once": (source) => inlined(viewOf(source)),
  "bare loop, inlined each time": (source) => inline(plain(viewOf(source))),
  "React Email": (source) => render(email(viewOf(source))),
  MJML: async (source) => (await mjml2html(marks(viewOf(source)))).html,
};
