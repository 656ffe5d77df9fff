// Drives a browser over recover.html, for tests: one job in JSON on standard input, what was seen in JSON on standard output.
// A job has the file of the page, the browser's program, and what a person does.

import { chromium } from "playwright-core";

async function text(stream) {
  let all = "";
  for await (const part of stream) all += part;
  return all;
}

async function typeWords(page, words) {
  const boxes = page.locator(".boxes input");
  for (const [at, word] of words.entries()) await boxes.nth(at).fill(word);
}

const STEPS = {
  start: (page) => page.locator(".go").click(),
  async record(page, words) {
    await typeWords(page, words);
    await page.locator(".go").click();
  },
  async pictures(page, files) {
    await page.setInputFiles("#files", files);
    await page
      .locator(".tile")
      .nth(files.length - 1)
      .waitFor();
  },
  async words(page, words) {
    await page.getByRole("button", { name: "Type the 33 words" }).click();
    await typeWords(page, words);
    await page.locator(".go").click();
  },
  async lines(page, typed) {
    await page.getByRole("button", { name: "Type lines or digits" }).click();
    await page.locator("textarea").fill(typed);
    await page.locator(".go").click();
  },
  async judge(page) {
    await page.getByRole("button", { name: "Judge what is here" }).click();
    await page.getByRole("heading", { name: "What was read" }).waitFor();
  },
  async press(page, name) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("heading", { name: "What was read" }).waitFor();
  },
  async hold(page) {
    await page.locator(".hold").focus();
    await page.keyboard.down("Enter");
    await page.locator(".value").first().waitFor();
    await page.keyboard.up("Enter");
  },
  // What people do elsewhere, or the browser: a script in the page; its answer is kept.
  async run(page, script) {
    answer.ran.push(await page.evaluate(script));
  },
  clear: (page) => page.getByRole("button", { name: "Clear it now" }).click(),
  // By the keyboard alone: from one thing to the next, as the tabulator goes.
  async keys(page, keys) {
    for (const key of keys)
      await (key.length > 1 && /^[A-Z]/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  },
  async paste(page, pasted) {
    await page.locator(".boxes input").first().focus();
    await page.evaluate((data) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", data);
      document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }),
      );
    }, pasted);
  },
};

async function seen(page) {
  return {
    heading: await page.locator("h1").innerText(),
    text: await page.locator("main").innerText(),
    values: await page.locator(".value").allTextContents(),
    typed: await page.locator("input[type=text], textarea").evaluateAll((all) => all.map(({ value }) => value)),
    focus: await page.evaluate(() => document.activeElement.tagName),
    wide: await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
  };
}

// What a policy in the file stops, each tried from within the page.
const WAYS_OUT = {
  fetch: (to) =>
    fetch(to).then(
      () => "went",
      () => "stopped",
    ),
  beacon: (to) => (navigator.sendBeacon(to, "x") ? "queued" : "stopped"),
  socket: (to) =>
    new Promise((done) => {
      const socket = new WebSocket(to.replace("http", "ws"));
      socket.onerror = () => done("stopped");
      socket.onopen = () => done("went");
    }),
  image: (to) =>
    new Promise((done) => {
      const image = new Image();
      image.onerror = () => done("stopped");
      image.onload = () => done("went");
      image.src = to;
    }),
  markup() {
    try {
      document.body.insertAdjacentHTML("beforeend", "<b>x</b>");
      return "went";
    } catch {
      return "stopped";
    }
  },
  // The last one: where it is not stopped, the page is gone.
  form(to) {
    const form = document.createElement("form");
    Object.assign(form, { action: to, method: "post" });
    document.body.append(form);
    form.submit();
    return "tried";
  },
};

const job = JSON.parse(await text(process.stdin));
const browser = await chromium.launch({ executablePath: job.browser, args: ["--no-sandbox", ...(job.args ?? [])] });
const page = await browser.newPage({
  viewport: { width: job.width ?? 800, height: 900 },
  colorScheme: job.scheme ?? "light",
});
const answer = { ran: [], requests: [], errors: [], screens: [], judged: [], ways: {} };
page.on("request", (request) => answer.requests.push(request.url()));
page.on("pageerror", (error) => answer.errors.push(error.message));
page.on("console", (message) => message.type() === "error" && answer.errors.push(message.text()));
await page.goto(job.page);
for (const [step, value] of job.steps ?? []) {
  await STEPS[step](page, value);
  answer.screens.push(await seen(page));
}
answer.judged = await page.evaluate((questions) => {
  /* global modules */
  const { judge, reveal } = modules["judge/judge.js"];
  return questions.map(({ typed, ...rest }) => {
    const bytes = Uint8Array.from(atob(typed), (character) => character.charCodeAt(0));
    const judgement = judge({ ...rest, typed: bytes });
    return { exit: judgement.exit, password: reveal(judgement)?.password ?? null };
  });
}, job.questions ?? []);
for (const [name, way] of Object.entries(job.sink ? WAYS_OUT : {})) {
  answer.ways[name] = await page
    .evaluate(`(${way.toString().replace(/^(\w+)\(/, "function $1(")})(${JSON.stringify(job.sink)})`)
    .catch(() => "went");
}
await browser.close();
process.stdout.write(JSON.stringify(answer));
