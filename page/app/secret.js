/** The secret on the screen: after a second of holding, for two minutes, in groups and spelled out. */

import { SCREENS, spelledOut } from "../texts.js";
import { shown } from "../wording.js";
import { button, buttons, element, paragraph, say } from "./elements.js";

const HOLD_MS = 1_000;
const TENTH_MS = 100;
const SHOWN_S = 120;
const MOST_S = 600;
const LAST_S = 30;
const GROUP = 4;

/** Characters as they are; a space is one that is seen. @param {string[]} group */
const seen = (group) => group.map((character) => (character === " " ? element("b", {}, character) : character));

/** A value as it is; a password in groups of four characters, each with its own place on the screen. @param {string} name @param {string} value */
function written(name, value) {
  if (name !== "password") return element("p", { class: "value", translate: "no" }, value);
  const characters = Array.from(value);
  const groups = Array.from({ length: Math.ceil(characters.length / GROUP) }, (_, at) =>
    characters.slice(GROUP * at, GROUP * at + GROUP),
  );
  return element(
    "p",
    { class: "value", translate: "no" },
    ...groups.map((group) => element("span", {}, ...seen(group))),
  );
}

function field(name, value) {
  const { gaps, spaces } = SCREENS.secret;
  const spelled = Array.from(value, (character) => element("li", {}, spelledOut(character)));
  return element(
    "section",
    {},
    element("h2", {}, SCREENS.secret.shown(name)),
    written(name, value),
    ...(name === "password" ? [paragraph(gaps), value.includes(" ") ? paragraph(spaces) : ""] : []),
    element(
      "details",
      { open: !isPlain(value) },
      element("summary", {}, SCREENS.secret.spelled),
      element("ol", { class: "spelled", translate: "no" }, ...spelled),
    ),
  );
}

/** A button that must be held, by a finger, a mouse or a key, and shows that it is. @param {() => void} held */
function holding(held) {
  const { hold, holding: still, keepHolding } = SCREENS.secret;
  let [timer, since] = [0, 0];
  const rest = (text = hold) => {
    clearInterval(timer);
    timer = 0;
    node.textContent = text;
    node.classList.remove("held");
  };
  const tick = () => {
    const left = HOLD_MS - (performance.now() - since);
    if (left > 0) node.textContent = still(Math.ceil(left / TENTH_MS));
    else {
      rest();
      held();
    }
  };
  const begin = (event) => {
    if (timer || (event.type === "keydown" && (event.repeat || !["Enter", " "].includes(event.key)))) return;
    since = performance.now();
    timer = setInterval(tick, TENTH_MS);
    node.classList.add("held");
    say(still(HOLD_MS / TENTH_MS));
    tick();
  };
  const tooShort = () => {
    rest(keepHolding);
    say(keepHolding);
  };
  const end = () => {
    if (timer) tooShort();
  };
  const ends = { pointerup: end, pointerleave: end, pointercancel: end, keyup: end, blur: end };
  const node = button(hold, () => timer || tooShort(), {
    class: "hold",
    pointerdown: begin,
    keydown: begin,
    contextmenu: (event) => event.preventDefault(), // of a finger that stays
    ...ends,
  });
  return node;
}

/** Whether all of a value is seen as it stands; what is not is spelled out at once. @param {string} value */
const isPlain = (value) => shown(value) === value && value.trim() === value;

/** What is to be done once it was shown. @param {() => void} again begins again */
function afterwards(again) {
  const { cleared, after, anew, again: beginAgain } = SCREENS.secret;
  const steps = element("ol", {}, ...after.map((step) => element("li", {}, step)));
  return [paragraph(cleared, { role: "status" }), steps, paragraph(anew), buttons(button(beginAgain, again))];
}

/**
 * The button, and where the secret is shown once it was held.
 *
 * @param {object} by
 * @param {() => Record<string, string> | null} by.open gives the secret, once
 * @param {() => void} by.forget everything that it could be opened with again
 * @param {(heading: string) => void} by.alone leaves nothing on the screen but this
 * @param {() => void} by.again begins again
 * @returns {{node: HTMLElement, clear: () => void}}
 */
export function secretPanel({ open, forget, alone, again }) {
  const { before, write, left, more: moreTime, clear: clearNow } = SCREENS.secret;
  const node = element("div", { class: "panel", tabindex: "-1" });
  let [until, ticks, timer, over] = [0, 0, 0, false];
  const clear = () => {
    over = true;
    clearInterval(timer);
    node.replaceChildren(...afterwards(again));
    forget();
    alone(SCREENS.secret.over);
    say("");
    node.focus();
  };
  const more = () => {
    ticks = Math.min(ticks + SHOWN_S, MOST_S);
    until = Date.now() + 1_000 * ticks;
    say("");
  };
  const reveal = () => {
    if (over) return;
    const fields = Object.entries(open()).map(([name, value]) => field(name, value));
    forget(); // the shares have done all that they are for
    more();
    const count = paragraph(left(ticks), { class: "count" });
    timer = setInterval(() => {
      // by ticks and by the clock: one of them stands still while a computer sleeps, and people set the other
      ticks = Math.min(ticks - 1, Math.ceil((until - Date.now()) / 1_000));
      count.textContent = left(ticks);
      if (ticks === LAST_S) say(left(ticks));
      if (ticks <= 0) clear();
    }, 1_000);
    const bar = element("div", { class: "bar" }, count, buttons(button(moreTime, () => (more(), (count.textContent = left(ticks)))), button(clearNow, clear)));
    node.replaceChildren(paragraph(write), ...fields, bar);
    alone(SCREENS.secret.now);
    node.focus({ preventScroll: true }); // no button: the key is still held
    window.scrollTo(0, 0);
  };
  node.append(paragraph(before(SHOWN_S)), holding(reveal));
  return { node, clear };
}
