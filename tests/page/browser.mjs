// Drives a browser over recover.html, for tests: one job in JSON on standard input, what was seen in JSON on standard output.
// A job has the file of the page, the browser's name and program, and what a person does.

import puppeteer from "puppeteer-core";

async function text(stream) {
  let all = "";
  for await (const part of stream) all += part;
  return all;
}

async function typeWords(page, words) {
  for (const [at, word] of words.entries()) await fill(await (await boxes(page))[at], word);
}

const boxes = (page) => page.$$(".boxes input");
const fill = (field, text) =>
  field.evaluate((node, value) => {
    node.focus();
    node.value = value;
    node.dispatchEvent(new InputEvent("input", { bubbles: true }));
    node.blur();
  }, text);
const go = (page) => page.click(".go");

async function press(page, name) {
  for (const one of await page.$$("button")) if ((await one.evaluate((node) => node.textContent)) === name) return one.click();
  throw new Error(`there is no button '${name}'`);
}

const read = (page) =>
  page.waitForFunction(() => [...document.querySelectorAll("h2")].some((one) => one.textContent === "What was read"));

const STEPS = {
  start: go,
  async record(page, words) {
    await typeWords(page, words);
    await go(page);
  },
  async pictures(page, files) {
    await (await page.$("#files")).uploadFile(...files);
    await page.waitForFunction((count) => document.querySelectorAll(".tile").length === count, {}, files.length);
  },
  async words(page, words) {
    await press(page, "Type the 33 words");
    await typeWords(page, words);
    await go(page);
  },
  async lines(page, typed) {
    await press(page, "Type lines or digits");
    await fill(await page.$("textarea"), typed);
    await go(page);
  },
  async judge(page) {
    await press(page, "Judge what is here");
    await read(page);
  },
  async press(page, name) {
    await press(page, name);
    await read(page);
  },
  async hold(page) {
    await page.focus(".hold");
    await page.keyboard.down("Enter");
    await page.waitForSelector(".value");
    await page.keyboard.up("Enter");
  },
  // What people do elsewhere, or the browser: a script in the page; its answer is kept.
  async run(page, script) {
    answer.ran.push(await page.evaluate(script));
  },
  clear: (page) => press(page, "Clear it now"),
  // By the keyboard alone: from one thing to the next, as the tabulator goes.
  async keys(page, keys) {
    for (const key of keys)
      await (key.length > 1 && /^[A-Z]/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  },
  async paste(page, pasted) {
    await page.focus(".boxes input");
    await page.evaluate((data) => {
      const event = new Event("paste", { cancelable: true, bubbles: true });
      document.activeElement.dispatchEvent(Object.assign(event, { clipboardData: { getData: () => data } }));
    }, pasted);
  },
};

const seen = (page) =>
  page.evaluate(() => ({
    heading: document.querySelector("h1").innerText,
    text: document.querySelector("main").innerText,
    values: [...document.querySelectorAll(".value")].map(({ textContent }) => textContent),
    typed: [...document.querySelectorAll("input[type=text], textarea")].map(({ value }) => value),
    focus: document.activeElement.tagName,
    wide: document.documentElement.scrollWidth > window.innerWidth,
  }));

// What a policy in the file stops, each tried from within the page.
const WAYS_OUT = {
  fetch: (to) =>
    fetch(to).then(
      () => "went",
      () => "stopped",
    ),
  beacon: (to) => (navigator.sendBeacon(to, "x") ? "queued" : "stopped"),
  socket: (to) =>
    new Promise((done, refused) => {
      const socket = new WebSocket(to.replace("http", "ws")); // Firefox throws here
      socket.onerror = refused;
      socket.onopen = () => done("went");
    }).catch(() => "stopped"),
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
const browser = await puppeteer.launch({
  browser: job.name,
  executablePath: job.browser,
  protocol: "webDriverBiDi",
  args: job.name === "chrome" ? ["--no-sandbox", `--blink-settings=preferredColorScheme=${job.scheme === "dark" ? 0 : 1}`] : [],
  extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": job.scheme === "dark" ? 0 : 1 },
});
const page = await browser.newPage();
await page.setViewport({ width: job.width ?? 800, height: 900 });
const answer = { ran: [], requests: [], errors: [], screens: [], judged: [], ways: {} };
page.on("request", (request) => request.url().startsWith("data:") || answer.requests.push(request.url())); // of Firefox itself
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
