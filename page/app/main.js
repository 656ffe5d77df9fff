/** The page: one question a screen, from the network to the secret. */

import { fingerprintFrom } from "../judge/fingerprint.js";
import { forget, judgeInSlices, reveal } from "../judge/judge.js";
import { SCREENS, told } from "../texts.js";
import { boxes } from "./boxes.js";
import { button, buttons, element, paragraph, say, show, UNKEPT, whenLeft } from "./elements.js";
import { entriesOf } from "./entries.js";
import { hasReader, readFrame, reading } from "./pictures.js";
import { secretPanel } from "./secret.js";
import { Table } from "./sheets.js";
import { typeLines, typeWords } from "./typing.js";

const RECORD_WORDS = 12;
const SLICE_MS = 100;
const FRAME_MS = 150;
const PAINT_MS = 20;
const table = new Table();

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
  const { heading, help, box, missing, go } = SCREENS.record;
  const problem = paragraph("", { class: "problem", role: "alert" });
  const refuse = (refused) => {
    const { sentence, next } = told({ verdict: refused.refused, findings: [], ...refused });
    problem.textContent = `${sentence} ${next}`;
    if (refused.place) words.focus(refused.place - 1);
  };
  const takes = (pasted) => {
    const found = pasted.length > RECORD_WORDS ? fingerprintFrom(pasted.join(" ")) : {};
    if (found.refused) refuse(found);
    return !found.refused;
  };
  const words = boxes(RECORD_WORDS, { label: box, secret: false, words: table.words, takes });
  const accept = () => {
    table.words = words.words();
    const empty = table.words.flatMap((word, at) => (word ? [] : [at + 1]));
    const found = fingerprintFrom(table.words.join(" "));
    if (empty.length) {
      problem.textContent = missing(empty);
      words.focus(empty[0] - 1);
    } else if (found.refused) refuse(found);
    else sheets();
  };
  show(heading, paragraph(help), words.node, problem, buttons(button(go, accept, { class: "go" })));
  words.focus(0);
}

const correct = (piece) => (piece.words ? typeWords(table, sheets, piece) : typeLines(table, sheets));

function sheets() {
  const { heading, help, envelope, nothing, noReader, list: listed, ...text } = SCREENS.sheets;
  const files = element("input", {
    type: "file",
    multiple: true,
    accept: "image/*,application/pdf",
    id: "files",
    hidden: true,
    change: () => pictures(files.files),
  });
  const byPicture = [button(text.pictures, () => files.click()), button(text.camera, camera), files];
  const byHand = [button(text.words, () => typeWords(table, sheets)), button(text.lines, () => typeLines(table, sheets))];
  const status = element("div", { role: "status" });
  const list = element("div", {}, table.pieces.length ? entriesOf(table, null, { correct, removed: sheets }) : nothing);
  show(
    heading,
    paragraph(help),
    paragraph(envelope),
    hasReader() ? "" : paragraph(noReader, { class: "problem" }),
    buttons(...(hasReader() ? byPicture : []), ...byHand),
    status,
    element("h2", {}, listed),
    list,
    buttons(button(text.judge, judging, { class: "go" }), button(SCREENS.verdict.words, record)),
  );
  if (table.pieces.length) tellWhatIsMissing(status, list);
}

const ENOUGH = ["opened", "practice", "not-practice", "superseded"];

/** Judges beside the screen, for as long as it is there, and says what to do next, and what each entry is. */
async function tellWhatIsMissing(status, list) {
  const judgement = await judgeInSlices(table.given(), { turn: slices(() => status.isConnected) });
  if (!judgement) return;
  const { sentence, needed, next, things } = told(judgement);
  const isEnough = ENOUGH.includes(judgement.verdict);
  status.replaceChildren(
    isEnough ? "" : paragraph(`${sentence} ${needed}`),
    paragraph(isEnough ? SCREENS.sheets.enough : next, { class: "next" }),
  );
  if (!list.contains(document.activeElement)) list.replaceChildren(entriesOf(table, things, { correct, removed: sheets }));
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
    table.addPicture({ name: file.name, symbols: [...read.texts], problem: going && read.texts.size ? undefined : problem });
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
    if (found.size) table.addPicture({ name, symbols: [...found] });
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
  const read = entriesOf(table, said.things, isOpened ? null : { correct, removed: sheets });
  const panel = secretPanel({
    open: () => reveal(judgement),
    forget: () => {
      forget(judgement);
      table.clear();
    },
    alone: (heading) => {
      const title = document.querySelector("#heading");
      title.textContent = heading;
      document.querySelector("main").replaceChildren(title, panel.node);
    },
    again: before,
  });
  const opened = [element("h2", {}, SCREENS.secret.heading), described(said.set), panel.node];
  show(
    said.sentence,
    said.needed && paragraph(said.needed),
    paragraph(said.next, { class: isOpened && !judgement.unsound ? "next" : "next problem" }),
    ...(isOpened
      ? opened
      : [buttons(...answers(judgement), button(back, sheets, { class: "go" }), button(SCREENS.verdict.words, record))]),
    element("h2", {}, things),
    table.pieces.length ? read : paragraph(nothing),
  );
  if (isOpened) whenLeft(panel.clear);
  say(`${said.sentence} ${said.needed} ${said.next}`);
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
