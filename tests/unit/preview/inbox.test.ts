import { describe, expect, it } from "vitest";
import { cut, lengthOf, linksOf, preheaderOf } from "../../../src/preview/topic/inbox.ts";

describe("a mail in the inbox", () => {
  it("is cut after what people take for characters, never within one", () => {
    expect(cut("Fit notes", 9)).toEqual({ shown: "Fit notes", isCut: false });
    expect(cut("Fit notes and more", 10)).toEqual({ shown: "Fit notes…", isCut: true });
    expect(cut("👩‍⚕️👩‍⚕️👩‍⚕️", 2)).toEqual({ shown: "👩‍⚕️…", isCut: true });
    expect(lengthOf("e\u0301👩‍⚕️")).toBe(2);
  });

  it("shows the first words of the page behind the subject", () => {
    const head = "<head><title>Not this</title><style>nor{this:1}</style></head>";
    expect(
      preheaderOf(
        `${head}<body><div>Before &amp; after.\n &#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;</div><p>Hello`,
      ),
    ).toBe("Before & after.");
    expect(preheaderOf(`${head}<body><p>No preheader</p><p>here.`)).toBe("No preheader here.");
    expect(preheaderOf(`${head}<body><img src="x">`)).toBe("");
  });

  it("tells where its links lead, each once", () => {
    const html = `<a href="https://a.example/?x=1&amp;y=2">A <b>bold</b>\n one</a><a href="https://a.example/?x=1&amp;y=2">again</a><a href="mailto:b@example.org"><img alt="B"></a><a name="c">no link</a>`;
    expect(linksOf(html)).toEqual([
      { text: "A bold one", href: "https://a.example/?x=1&y=2" },
      { text: "B", href: "mailto:b@example.org" },
    ]);
  });
});
