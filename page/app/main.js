/** The page: one question a screen, from the network to the secret. */

import { fingerprintFrom } from "../judge/fingerprint.js";
import { anchorOf, forget, judgeInSlices, reveal } from "../judge/judge.js";
import { RECORD_WORDS, SCREENS, told } from "../texts.js";
import { boxes, Complaint, firstGap, gapsIn } from "./boxes.js";
import { button, buttons, element, paragraph, say, show, UNKEPT, whenLeft } from "./elements.js";
import { entriesOf } from "./entries.js";
import { hasReader, readFrame, reading } from "./pictures.js";
import { secretPanel } from "./secret.js";
import { Table } from "./sheets.js";
import { offerOf } from "./slips.js";
import { typeLines, typeSheet, typeWords } from "./typing.js";

const SLICE_MS = 100;
const FRAME_MS = 150;
const PAINT_MS = 20;
const table = new Table();

/** A text in which commands stand between backticks. @param {string} text */
const withCommands = (text) => text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));

function before() {
  const { heading, steps, go } = SCREENS.before;
  show(
    heading,
    element("ul", {}, ...steps.map((step) => element("li", {}, ...withCommands(step)))),
    buttons(button(go, () => record(), { class: "go" })),
  );
}

/** Words that are none of the record, by which of them are left out or of no list. */
const ofNoRecord = ({ refused }) => Boolean(refused) && !["word-not-listed", "not-twelve-words"].includes(refused);

/**
 * The words of the record; a wrong word is told before any sheet is read.
 *
 * @param {{place?: number, slip?: import("./slips.js").Slip}} [look] at what may be mistyped
 */
function record({ place, slip } = {}) {
  const { heading, help, box, gaps: gapsTold, go, look: lookAt, lookAtSlip } = SCREENS.record;
  const whole = button(go, () => accept(), { class: "go" });
  const complaint = new Complaint(whole);
  const refuse = (refused) => {
    const { sentence, next } = told({ verdict: refused.refused, findings: [], ...refused });
    complaint.say(`${sentence} ${next}`);
  };
  const takes = (pasted) => {
    const found = pasted.length > RECORD_WORDS ? fingerprintFrom(pasted.join(" ")) : {};
    if (found.refused) refuse(found);
    return !found.refused;
  };
  const words = boxes(RECORD_WORDS, {
    label: box,
    secret: false,
    words: table.words,
    takes,
    changed: () => complaint.changed(words.words(), false),
  });
  const complain = (gaps) => {
    complaint.sayGaps(gaps, gapsTold);
    words.focus(firstGap(gaps) - 1);
  };
  const accept = () => {
    table.keepRecord(words.words());
    const found = fingerprintFrom(table.words.join(" "));
    const gaps = gapsIn(table.words, false);
    if (firstGap(gaps) && !ofNoRecord(found)) complain(gaps);
    else if (found.refused) refuse(found);
    else sheets();
  };
  show(heading, paragraph(help), words.node, complaint.node, buttons(whole));
  words.focus((place ?? (slip ? Math.min(slip.extra, slip.lacks) : 1)) - 1);
  if (place) words.mark(place - 1, SCREENS.boxes.look);
  if (place) complaint.say(lookAt(place));
  else if (slip) complaint.say(lookAtSlip(slip), offerOf(slip, words));
}

/** The way to the words of the record, where one or more may be mistyped. @param {import("../judge/judge.js").Judgement} judgement */
const changeWord = ({ verdict: name, place, slip }) => {
  const { change, compare } = SCREENS.record;
  return name === "wrong-record" ? button(place ? change(place) : compare, () => record({ place, slip }), { class: "go" }) : "";
};

const change = (piece) => (piece.words ? typeWords(table, sheets, piece) : typeLines(table, sheets));

function sheets() {
  const { heading, help, envelope, isRead, nothing, howMany, noSheet, noReader, list: listed, ...text } = SCREENS.sheets;
  const files = element("input", {
    type: "file",
    multiple: true,
    accept: "image/*,application/pdf",
    id: "files",
    hidden: true,
    change: () => pictures(files.files),
  });
  const byPicture = [button(text.pictures, () => files.click()), button(text.camera, () => camera()), files];
  const byHand = [button(text.words, () => typeSheet(table, sheets)), button(text.lines, () => typeLines(table, sheets))];
  const status = element("div", { role: "status" });
  const judge = button(text.judge, () => (table.pieces.length ? judging() : status.replaceChildren(paragraph(noSheet, { class: "problem" }))));
  const list = element("div", {}, table.pieces.length ? entriesOf(table, null, { change, removed: sheets }) : paragraph(`${nothing} ${howMany}`));
  show(
    heading,
    paragraph(help),
    paragraph(table.envelope ? isRead : envelope, { id: "envelope" }),
    hasReader() ? "" : paragraph(noReader, { class: "problem" }),
    buttons(...(hasReader() ? byPicture : []), ...byHand),
    status,
    buttons(judge, button(SCREENS.verdict.words, () => record())),
    element("h2", {}, listed),
    list,
  );
  if (table.pieces.length) tellWhatIsMissing(status, list, judge);
}

const ENOUGH = ["opened", "practice", "not-practice", "superseded"];

/** Judges beside the screen, for as long as it is there, and says what to do next, and what each entry is. */
async function tellWhatIsMissing(status, list, judge) {
  const judgement = await judgeInSlices(table.given(), { turn: slices(() => status.isConnected) });
  if (!judgement) return;
  const { sentence, needed, next, things } = told(judgement);
  table.envelope = anchorOf(judgement);
  document.querySelector("#envelope").textContent = table.envelope ? SCREENS.sheets.isRead : SCREENS.sheets.envelope;
  const isEnough = ENOUGH.includes(judgement.verdict);
  const way = changeWord(judgement);
  status.replaceChildren(
    isEnough ? "" : paragraph(`${sentence} ${needed}`),
    paragraph(isEnough ? SCREENS.sheets.enough : next, { class: "next" }),
    way && buttons(way),
  );
  judge.classList.toggle("go", isEnough);
  if (!list.contains(document.activeElement)) list.replaceChildren(entriesOf(table, things, { change, removed: sheets }));
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
    const read = { texts: new Set(), isPicture: false, beyond: 0 };
    said.textContent = now(file.name, at + 1, files.length);
    let steps = 0;
    for await (const most of reading(file, read)) {
      alive.textContent = step(++steps, most);
      await new Promise((done) => setTimeout(done, PAINT_MS));
      if (!going) break;
    }
    if (!said.isConnected) return; // who has left the screen leaves nothing on the table
    const problem = going ? (read.isPicture ? none : cannot) : stopped(files.length - at - 1);
    const note = read.beyond > 0 ? SCREENS.picture.beyond(read.beyond) : undefined;
    table.addPicture({ name: file.name, symbols: [...read.texts], problem: going && read.texts.size ? undefined : problem, note });
    if (!going) break;
  }
  sheets();
}

/** Why a camera cannot be used, by the name of the error. */
const CAMERA_PROBLEMS = { NotAllowedError: "refused", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" };

/** Asks for the camera, and lets go of it with the screen. @param {HTMLVideoElement} video @returns {Promise<MediaStream>} */
async function streamFor(video) {
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
  return stream;
}

/** Reads what is held before the camera. @param {Set<string>} [found] before it went away */
async function camera(found = new Set()) {
  const { heading, help, asking, stop, back, again, name, count, problems } = SCREENS.camera;
  const video = element("video", { muted: true, playsinline: true });
  const said = paragraph("", { role: "status" });
  const end = () => {
    if (found.size) table.addPicture({ name, symbols: [...found] });
    sheets();
  };
  const away = button("", end, { class: "go" });
  const choices = buttons(away);
  const tell = (text) => {
    if (said.textContent === text) return; // it is heard once
    said.textContent = text;
    away.textContent = found.size ? stop : back;
  };
  const fail = (why) => {
    tell([found.size && count(found.size), problems[why]].filter(Boolean).join(" "));
    said.className = "problem";
    choices.append(button(again, () => camera(found)));
    video.remove();
  };
  tell(asking);
  show(heading, paragraph(help), said, choices, video);
  try {
    const stream = await streamFor(video);
    while (stream.active && video.isConnected) {
      for (const text of await readFrame(video)) found.add(text);
      tell(count(found.size));
      await new Promise((done) => setTimeout(done, FRAME_MS));
    }
    if (video.isConnected) fail("gone");
  } catch (error) {
    if (video.isConnected) fail(CAMERA_PROBLEMS[error.name] ?? "other");
  }
}

/** Judges in slices: the page says what it does at least ten times a second, and can be stopped. */
async function judging() {
  const { working, step, stop, stopped } = SCREENS.verdict;
  const now = paragraph("", { role: "status" });
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

/** The ways back from a verdict: bold is the one that it leads to. */
function onwards(judgement) {
  const { back, words } = SCREENS.verdict;
  const change = changeWord(judgement);
  if (change) return [change, button(back, sheets)];
  return [button(back, sheets, { class: "go" }), button(words, () => record())];
}

function verdict(judgement) {
  const { things } = SCREENS.verdict;
  const said = told(judgement);
  const isOpened = judgement.verdict === "opened";
  const read = entriesOf(table, said.things, isOpened ? null : { change, removed: sheets });
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
      : [buttons(...answers(judgement), ...onwards(judgement))]),
    element("h2", {}, things),
    table.pieces.length ? read : paragraph(SCREENS.sheets.nothing),
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
