/*
 * What tests ask of a page, from inside it: this script is put into the page, and its functions are called there. Each
 * returns what is wrong, a line each.
 */

/** Puts a whole page in the place of the one that is there, and waits for its pictures. */
async function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.replaceChild(document.adoptNode(page.documentElement), document.documentElement);
  await Promise.all([...document.images].map((image) => image.decode()));
}

/** Text that is too faint on what is behind it: 4.5:1, or 3:1 when large (WCAG 2.2, 1.4.3). Pictures count by their alternative text. */
function faintText() {
  const colourOf = (css) => {
    const [r = 0, g = 0, b = 0, a = 1] = (/\(([^)]*)\)/.exec(css)?.[1] ?? "").split(/[ ,/]+/).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], below) => [
    r * a + below[0] * (1 - a),
    g * a + below[1] * (1 - a),
    b * a + below[2] * (1 - a),
    1,
  ];
  const behind = (element) => {
    if (!element) return [255, 255, 255, 1];
    const own = colourOf(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const luminance = (colour) => {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const judge = (element, text) => {
    const style = getComputedStyle(element);
    const background = behind(element);
    const [light, dark] = [over(colourOf(style.color), background), background]
      .map(luminance)
      .toSorted((a, b) => b - a);
    const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return ratio >= (isLarge ? 3 : 4.5)
      ? []
      : [`${ratio.toFixed(2)} "${text}" ${style.color} on ${background.join(" ")}`];
  };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent?.trim() ?? "";
    const element = walker.currentNode.parentElement;
    if (text !== "" && element?.checkVisibility()) faults.push(...judge(element, text.slice(0, 40)));
  }
  for (const image of document.images) faults.push(...judge(image, image.alt));
  return faults;
}

/** What is wider than the window, and boxes whose content is wider than they are. */
function sideways() {
  const page = document.documentElement;
  const wide = [...document.querySelectorAll("body *")].filter(
    (element) =>
      element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX !== "visible",
  );
  return [
    ...(page.scrollWidth > page.clientWidth ? [`the page: ${page.scrollWidth}`] : []),
    ...wide.map((element) => `${element.tagName}: ${element.textContent?.trim().slice(0, 40)}`),
  ];
}

/** Links that only their colour tells from words, and text smaller than 16 pixels, but for the numbers of footnotes. */
function hardToTell() {
  const underlined = (link) => getComputedStyle(link).textDecorationLine.includes("underline");
  const links = [...document.links].filter((link) => !underlined(link) && link.textContent?.trim() !== "");
  const small = [...document.querySelectorAll("body *")].filter(
    (element) =>
      [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.textContent ?? ""),
      ) &&
      element.checkVisibility() &&
      element.tagName !== "SUP" &&
      Number.parseFloat(getComputedStyle(element).fontSize) < 16,
  );
  return [...links, ...small].map(
    (element) => `${element.tagName}: ${element.textContent?.trim().slice(0, 40)}`,
  );
}
