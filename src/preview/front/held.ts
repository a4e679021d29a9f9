/*
 * What somebody is about to press, or has begun to fill in, is never swapped under their finger: a form that does
 * something stays as they saw it until it is sent or left, and nothing changes while a button is held down. Pressing it
 * says what has changed meanwhile: the form names what was seen, and the answer is a refusal in words.
 */

/** So long after it was let go, a press has become a click. In milliseconds. */
const untilClick = 50;

const touched = new WeakSet<Element>();

let pressing: Promise<void> | undefined;
let letGo: () => void = () => {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Notes what is touched and pressed, from now on. */
export function watchHands(): void {
  for (const type of ["input", "change"])
    document.addEventListener(type, ({ target }) => {
      const form = (target as Element).closest("form");
      if (form) touched.add(form);
    });
  document.addEventListener("pointerdown", () => {
    clearTimeout(timer);
    pressing ??= new Promise((resolve) => (letGo = resolve));
  });
  for (const type of ["pointerup", "pointercancel", "blur"])
    addEventListener(type, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        letGo();
        pressing = undefined;
      }, untilClick);
    });
}

/** Resolves when nothing is held down. */
export function handsOff(): Promise<void> {
  return pressing ?? Promise.resolve();
}

/** The part of the page around a form in use that asks for something to be done; forms of choices do nothing. */
export function partInUse(): Element | undefined {
  const form = [...document.querySelectorAll<HTMLFormElement>('form[method="post"]')].find(
    (one) => touched.has(one) || one.matches(":hover, :focus-within"),
  );
  return form?.closest("section") ?? form;
}
