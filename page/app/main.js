/** The page: one question a screen, from the network to the secret. */

import { fingerprintFrom } from "../judge/fingerprint.js";
import { forget, judgeInSlices, reveal } from "../judge/judge.js";
import { SCREENS, shown, told } from "../texts.js";
import { boxes } from "./boxes.js";
import { button, element, say, show, UNKEPT, whenLeft } from "./elements.js";
import { hasReader, readFrame, reading } from "./pictures.js";
import { secretPanel } from "./secret.js";
import { Table } from "./sheets.js";

const RECORD_WORDS = 12;
const SHARE_WORDS = 33;
const SLICE_MS = 100;
const FRAME_MS = 150;
const PAINT_MS = 20;
const table = new Table();

const paragraph = (text, given = {}) => element("p", given, text);
const buttons = (...all) => element("div", { class: "buttons" }, ...all);

function before() {
  const { heading, steps, go } = SCREENS.before;
  show(
    heading,
    element("ul", {}, ...steps.map((step) => element("li", {}, step))),
    buttons(button(go, record, { class: "go" })),
  );
}

/** The words of the record; a wrong word is told before any sheet is read. */
function record() {
  const { heading, help, box, go } = SCREENS.record;
  const problem = paragraph("", { class: "problem", role: "alert" });
  const refuse = (refused) => {
    const { sentence, next } = told({ verdict: refused.refused, findings: [], ...refused });
    problem.textContent = `${sentence} ${next}`;
  };
  const takes = (pasted) => {
    const found = pasted.length > RECORD_WORDS ? fingerprintFrom(pasted.join(" ")) : {};
    if (found.refused) refuse(found);
    return !found.refused;
  };
  const words = boxes(RECORD_WORDS, { label: box, secret: false, words: table.words, takes });
  const accept = () => {
    table.words = words.words();
    const place = table.words.indexOf("");
    const found =
      place < 0
        ? fingerprintFrom(table.words.join(" "))
        : { refused: "not-twelve-words", count: table.words.filter(Boolean).length };
    if (found.refused) refuse(found);
    else sheets();
  };
  show(heading, paragraph(help), words.node, problem, buttons(button(go, accept, { class: "go" })));
}

/** One tile for each thing that was read. */
function tile(piece) {
  const { remove } = SCREENS.sheets;
  const said = piece.problem ?? (piece.symbols ? SCREENS.picture.read(piece.symbols.length) : "");
  const take = () => {
    table.remove(piece);
    sheets();
  };
  return element(
    "li",
    { class: "tile" },
    element("strong", {}, shown(piece.name)),
    " ",
    said,
    button("\u00d7", take, { "aria-label": remove(shown(piece.name)) }),
  );
}

function sheets() {
  const { heading, help, nothing, noReader, ...text } = SCREENS.sheets;
  const files = element("input", {
    type: "file",
    multiple: true,
    accept: "image/*,application/pdf",
    id: "files",
    hidden: true,
    change: () => pictures(files.files),
  });
  const byPicture = [button(text.pictures, () => files.click()), button(text.camera, camera), files];
  const status = paragraph("", { class: "next", role: "status" });
  const tiles = table.pieces.length ? element("ul", { class: "tiles" }, ...table.pieces.map(tile)) : paragraph(nothing);
  show(
    heading,
    paragraph(help),
    hasReader() ? "" : paragraph(noReader, { class: "problem" }),
    buttons(...(hasReader() ? byPicture : []), button(text.words, words), button(text.text, lines)),
    tiles,
    status,
    buttons(button(text.judge, judging, { class: "go" }), button(SCREENS.verdict.words, record)),
  );
  if (table.pieces.length) tellWhatIsMissing(status);
}

/** Judges beside the screen, for as long as it is there, and says what to do next. */
async function tellWhatIsMissing(status) {
  const judgement = await judgeInSlices(table.given(), { turn: slices(() => status.isConnected) });
  if (judgement) status.textContent = judgement.exit ? told(judgement).next : SCREENS.sheets.enough;
}

/** Lets the page live ten times a second. @param {() => boolean} going @param {(step: object) => void} [tell] */
function slices(going, tell = () => {}) {
  let turned = performance.now();
  return async (step) => {
    if (performance.now() - turned < SLICE_MS) return going();
    tell(step);
    await new Promise((done) => setTimeout(done, 0));
    turned = performance.now();
    return going();
  };
}

/** Reads files one after the other, and says of each what was read; between two steps of one it shows a sign of life, and can be stopped. */
async function pictures(files) {
  const { heading, reading: now, step, none, cannot, stop, stopped } = SCREENS.picture;
  const said = paragraph("", { role: "status" });
  const alive = paragraph("", { "aria-hidden": "true" });
  let going = true;
  show(heading, said, alive, buttons(button(stop, () => (going = false))));
  whenLeft(() => (going = false));
  for (const [at, file] of [...files].entries()) {
    const read = { texts: new Set(), isPicture: false };
    said.textContent = now(file.name, at + 1, files.length);
    let steps = 0;
    for await (const _ of reading(file, read)) {
      alive.textContent = step(++steps);
      await new Promise((done) => setTimeout(done, PAINT_MS));
      if (!going) break;
    }
    if (!said.isConnected) return; // who has left the screen leaves nothing on the table
    const problem = going ? (read.isPicture ? none : cannot) : stopped(files.length - at - 1);
    table.add({ name: file.name, symbols: [...read.texts], problem: going && read.texts.size ? undefined : problem });
    if (!going) break;
  }
  sheets();
}

async function camera() {
  const { heading, help, stop, name, count, none } = SCREENS.camera;
  const video = element("video", { muted: true, playsinline: true });
  const said = paragraph(count(0), { role: "status" });
  const found = new Set();
  const end = () => {
    if (found.size) table.add({ name, symbols: [...found] });
    sheets();
  };
  show(heading, paragraph(help), video, said, buttons(button(stop, end, { class: "go" })));
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 } },
    });
    const off = () => stream.getTracks().forEach((track) => track.stop());
    if (!video.isConnected) off(); // people went on before the browser had asked them
    else {
      whenLeft(off);
      video.srcObject = stream;
      await video.play();
    }
    while (stream.active && video.isConnected) {
      for (const text of await readFrame(video)) found.add(text);
      said.textContent = count(found.size);
      await new Promise((done) => setTimeout(done, FRAME_MS));
    }
  } catch {
    said.textContent = none;
  }
}

/** The 33 words of a sheet; a box that is left empty is an illegible word. */
function words() {
  const { heading, help, box, go, back, name, tooMany } = SCREENS.words;
  const problem = paragraph("", { class: "problem", role: "alert" });
  const typed = boxes(SHARE_WORDS, {
    label: box,
    secret: true,
    words: [],
    takes: (pasted) => {
      problem.textContent = pasted.length > SHARE_WORDS ? tooMany : "";
      return pasted.length <= SHARE_WORDS;
    },
  });
  const accept = () => {
    const text = typed
      .words()
      .map((word) => word || "?")
      .join(" ");
    if (/[a-z]/i.test(text)) table.add({ name: name(table.typedCount + 1), text });
    sheets();
  };
  show(heading, paragraph(help), typed.node, problem, buttons(button(go, accept, { class: "go" }), button(back, sheets)));
}

function lines() {
  const { heading, help, label, go, back, name } = SCREENS.text;
  const typed = element("textarea", { ...UNKEPT, rows: "14", "aria-label": label, class: "secret" });
  const accept = () => {
    if (typed.value.trim()) table.add({ name: name(table.typedCount + 1), text: typed.value });
    sheets();
  };
  show(heading, paragraph(help), typed, buttons(button(go, accept, { class: "go" }), button(back, sheets)));
}

/** Judges in slices: the page says what it does at least ten times a second, and can be stopped. */
async function judging() {
  const { working, step, stop, stopped } = SCREENS.verdict;
  const now = paragraph(working, { role: "status" });
  let going = true;
  show(working, now, buttons(button(stop, () => (going = false))));
  const turn = slices(
    () => going,
    (at) => (now.textContent = step(at)),
  );
  await new Promise((done) => setTimeout(done, 0));
  const judgement = await judgeInSlices(table.given(), { turn });
  if (judgement) verdict(judgement);
  else show(stopped, buttons(button(SCREENS.verdict.back, sheets, { class: "go" })));
}

/** What people can answer to a verdict, beside bringing more sheets. */
function answers({ verdict: name }) {
  const { practice, notPractice, reason, older } = SCREENS.verdict;
  const again = (change) => () => {
    change();
    judging();
  };
  if (name === "practice")
    return [
      button(
        practice,
        again(() => (table.practice = true)),
      ),
    ];
  if (name === "not-practice")
    return [
      button(
        notPractice,
        again(() => (table.practice = false)),
      ),
    ];
  if (name !== "superseded" && name !== "no-reason") return [];
  const why = element("input", { ...UNKEPT, type: "text" });
  return [
    element("label", {}, reason, why),
    button(
      older,
      again(() => (table.superseded = why.value)),
    ),
  ];
}

function described(set) {
  return element(
    "dl",
    {},
    ...set.flatMap(([name, value]) => [element("dt", {}, name), element("dd", { translate: "no" }, value)]),
  );
}

function verdict(judgement) {
  const { things, nothing, back } = SCREENS.verdict;
  const said = told(judgement);
  const isOpened = judgement.verdict === "opened";
  const read = said.things.map(({ where, text }) =>
    element("li", {}, element("strong", {}, where.join(", ")), " ", text),
  );
  const panel = secretPanel(
    () => reveal(judgement),
    () => {
      forget(judgement);
      table.clear();
    },
  );
  const opened = [element("h2", {}, SCREENS.secret.heading), described(said.set), panel.node];
  show(
    said.sentence,
    paragraph(said.next, { class: isOpened && !judgement.unsound ? "next" : "next problem" }),
    ...(isOpened
      ? opened
      : [buttons(...answers(judgement), button(back, sheets, { class: "go" }), button(SCREENS.verdict.words, record))]),
    element("h2", {}, things),
    read.length ? element("ul", {}, ...read) : paragraph(nothing),
  );
  if (isOpened) whenLeft(panel.clear);
  say(`${said.sentence} ${said.next}`);
}

/** Nothing of a page that is left stays on it: a browser may keep it as it was, and come back to it. */
function leave() {
  table.clear();
  before();
}

/** A fault of the page itself: it is told, and its text, which may quote what was typed, is not. */
function fault(event) {
  event.preventDefault();
  const { heading, next } = SCREENS.fault;
  show(heading, paragraph(next, { class: "next problem" }), buttons(button(SCREENS.verdict.back, sheets, { class: "go" })));
}

window.addEventListener("pagehide", leave);
window.addEventListener("error", fault);
window.addEventListener("unhandledrejection", fault);
// A picture that is dropped beside its place would be opened instead of the page, and all would be gone.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
document.title = `${SCREENS.title} - splitkit`;
before();
