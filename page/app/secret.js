/** The secret on the screen: after a second of holding, for two minutes, in groups and spelled out. */

import { SCREENS, spelledOut } from "../texts.js";
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
      {},
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

/**
 * The button, and where the secret is shown once it was held.
 *
 * @param {() => Record<string, string>} open gives the secret when it is asked for
 * @param {() => void} cleared everything is forgotten
 * @returns {HTMLElement}
 */
export function secretPanel(open, cleared) {
  const panel = element("div", { class: "panel" });
  let left = SHOWN_S;
  let timer = 0;
  const clear = () => {
    clearInterval(timer);
    panel.replaceChildren(element("p", { role: "status" }, SCREENS.secret.cleared));
    cleared();
  };
  const reveal = () => {
    const count = element("p", { class: "count" }, SCREENS.secret.left(left));
    timer = setInterval(() => {
      left -= 1;
      count.textContent = SCREENS.secret.left(left);
      if (left <= 0) clear();
    }, 1_000);
    const fields = Object.entries(open()).map(([name, value]) => field(name, value));
    panel.replaceChildren(
      ...fields,
      count,
      button(SCREENS.secret.more, () => (left = SHOWN_S)),
      button(SCREENS.secret.clear, clear),
    );
  };
  panel.append(holding(reveal));
  window.addEventListener("pagehide", clear, { once: true });
  return panel;
}
