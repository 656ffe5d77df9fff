/** The secret on the screen: after a second of holding, for two minutes, in groups and spelled out. */

import { SCREENS, shown, spelledOut } from "../texts.js";
import { button, element } from "./elements.js";

const HOLD_MS = 1_000;
const SHOWN_S = 120;
const GROUP = 4;

/** A value in groups of four characters, each with its own place on the screen; its text is the value as it is. */
function grouped(value) {
  const characters = Array.from(value);
  const groups = Array.from({ length: Math.ceil(characters.length / GROUP) }, (_, at) =>
    characters.slice(GROUP * at, GROUP * at + GROUP),
  );
  return element(
    "p",
    { class: "value", translate: "no" },
    ...groups.map((group) => element("span", {}, group.join(""))),
  );
}

function field(name, value) {
  const spelled = Array.from(value, (character) => element("li", {}, spelledOut(character)));
  return element(
    "section",
    {},
    element("h3", {}, SCREENS.secret.shown(name)),
    grouped(value),
    element(
      "details",
      { open: !isPlain(value) },
      element("summary", {}, SCREENS.secret.spelled),
      element("ol", { class: "spelled", translate: "no" }, ...spelled),
    ),
  );
}

/** A button that must be held, by a finger, a mouse or a key. @param {() => void} held */
function holding(held) {
  let timer = 0;
  const begin = (event) => {
    if (event.type === "keydown" && (event.repeat || !["Enter", " "].includes(event.key))) return;
    clearTimeout(timer);
    timer = setTimeout(held, HOLD_MS);
  };
  const end = () => clearTimeout(timer);
  return button(SCREENS.secret.hold, () => {}, {
    class: "hold",
    pointerdown: begin,
    keydown: begin,
    pointerup: end,
    pointerleave: end,
    keyup: end,
    blur: end,
  });
}

/** Whether all of a value is seen as it stands; what is not is spelled out at once. @param {string} value */
const isPlain = (value) => shown(value) === value && value.trim() === value;

/**
 * The button, and where the secret is shown once it was held.
 *
 * @param {() => Record<string, string> | null} open gives the secret, once
 * @param {() => void} forget everything that it could be opened with again
 * @returns {{node: HTMLElement, clear: () => void}}
 */
export function secretPanel(open, forget) {
  const node = element("div", { class: "panel", tabindex: "-1" });
  let [until, ticks, timer, over] = [0, 0, 0, false];
  const clear = () => {
    over = true;
    clearInterval(timer);
    node.replaceChildren(element("p", { role: "status" }, SCREENS.secret.cleared));
    forget();
  };
  const more = () => {
    until = Date.now() + 1_000 * SHOWN_S;
    ticks = SHOWN_S;
  };
  const reveal = () => {
    if (over) return;
    const fields = Object.entries(open()).map(([name, value]) => field(name, value));
    forget(); // the shares have done all that they are for
    more();
    const count = element("p", { class: "count" }, SCREENS.secret.left(ticks));
    timer = setInterval(() => {
      // by ticks and by the clock: one of them stands still while a computer sleeps, and people set the other
      ticks = Math.min(ticks - 1, Math.ceil((until - Date.now()) / 1_000));
      count.textContent = SCREENS.secret.left(ticks);
      if (ticks <= 0) clear();
    }, 1_000);
    const choices = [button(SCREENS.secret.more, more), button(SCREENS.secret.clear, clear)];
    node.replaceChildren(...fields, count, element("div", { class: "buttons" }, ...choices));
    node.focus(); // no button: the key is still held
  };
  node.append(holding(reveal));
  return { node, clear };
}
