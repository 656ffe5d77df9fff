// Drives a browser over recover.html, for tests: one job a line of standard input, what was seen a line of standard output, in JSON.
// A job has the file of the page, what a person does, and how the browser is begun; one that was begun so is used again, in a new tab.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { launch, until } from "./drivers.mjs";
import { questionsOf } from "./questions.mjs";
import { LEAVING, STAYING, tryWays } from "./ways_out.mjs";

/** Texts go into fields, each as if it had been typed and left. */
function fill(selector, texts) {
  const fields = document.querySelectorAll(selector);
  texts.forEach((text, at) => {
    fields[at].focus();
    fields[at].value = text;
    fields[at].dispatchEvent(new InputEvent("input", { bubbles: true }));
    fields[at].blur();
  });
}

const BOXES = ".boxes input";
const first = (selector) => document.querySelector(selector);
const named = (name) => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name);
const go = (page) => page.click(first, ".go");
const shows = (page, found, ...args) => until(() => page.evaluate(found, ...args), found);

async function press(page, name) {
  if (!(await page.evaluate(`[...document.querySelectorAll("button")].some((one) => one.textContent === ${JSON.stringify(name)})`)))
    throw new Error(`there is no button '${name}'`);
  await page.click(named, name);
}

const read = (page) =>
  shows(page, () => [...document.querySelectorAll("h2")].some((one) => one.textContent === "What has been read"));

const MOST_TABS = 60;

/** What is not whole is not taken for whole, and is kept all the same. */
async function keep(page, heading) {
  await go(page);
  await shows(page, (of) => document.querySelector("h1").textContent !== of || document.querySelector(".problem").textContent, heading);
  if (await page.evaluate((of) => document.querySelector("h1").textContent === of, heading)) await press(page, "Keep what is typed, and go back");
}

const STEPS = {
  start: go,
  async record(page, words) {
    await page.evaluate(fill, BOXES, words);
    await go(page);
  },
  upload: (page, files) => page.upload(files),
  async pictures(page, files) {
    await page.upload(files);
    await shows(page, (count) => document.querySelectorAll(".tile").length >= count, files.length);
  },
  fill: (page, words) => page.evaluate(fill, BOXES, words),
  fill_lines: (page, typed) => page.evaluate(fill, "textarea", [typed]),
  async words(page, words) {
    await press(page, "Type the 33 words");
    if (await page.evaluate("document.querySelector('h1').textContent === 'Go on with a sheet, or type another?'")) await press(page, "Type another sheet");
    await page.evaluate(fill, BOXES, words);
    await keep(page, "The 33 words of one sheet");
  },
  // Below those that stand there already.
  async lines(page, typed) {
    await press(page, "Type the printed lines");
    const before = await page.evaluate(() => document.querySelector("textarea").value);
    await page.evaluate(fill, "textarea", [[before, typed].filter(Boolean).join("\n\n")]);
    await keep(page, "The printed lines of the envelope");
  },
  async judge(page) {
    await press(page, "Check and open");
    await read(page);
  },
  async press(page, name) {
    await press(page, name);
    await read(page);
  },
  // A key, till the secret is there.
  async keep(page, key) {
    await page.down(key);
    await shows(page, () => document.querySelector(".value") !== null);
    await page.up(key);
  },
  async hold(page) {
    await page.evaluate(() => document.querySelector(".hold").focus());
    await STEPS.keep(page, "Enter");
  },
  // What people do elsewhere, or the browser: a script in the page; its answer is kept.
  async run(page, script, answer) {
    answer.ran.push((await page.evaluate(script)) ?? null);
  },
  open: press,
  told: (page, text) => shows(page, (part) => document.querySelector("main").innerText.includes(part), text),
  // By the keyboard alone: from one thing to the next, as the tabulator goes.
  async keys(page, keys) {
    for (const key of keys) await (key.length > 1 && /^[A-Z]/.test(key) ? page.key(key) : page.type(key));
  },
  async reach(page, name) {
    for (let tries = 0; tries < MOST_TABS; tries += 1) {
      await page.key("Tab");
      if ((await page.evaluate("document.activeElement.textContent")) === name) return;
    }
    throw new Error(`the tabulator does not come to '${name}' here: ${await page.evaluate("document.body.innerText")}`);
  },
  paste: (page, pasted) =>
    page.evaluate((data) => {
      document.querySelector(".boxes input").focus();
      const event = new Event("paste", { cancelable: true, bubbles: true });
      document.activeElement.dispatchEvent(Object.assign(event, { clipboardData: { getData: () => data } }));
    }, pasted),
};

const seen = () => ({
  heading: document.querySelector("h1").innerText,
  text: document.querySelector("main").innerText,
  values: [...document.querySelectorAll(".value")].map(({ textContent }) => textContent),
  typed: [...document.querySelectorAll("input[type=text], textarea")].map(({ value }) => value),
  focus: document.activeElement.tagName,
  wide: document.documentElement.scrollWidth > window.innerWidth,
});

const AXE = fileURLToPath(new URL("node_modules/axe-core/axe.min.js", import.meta.url));

/** What axe-core finds on a screen: the rule, and the elements. */
async function findings(page) {
  if (!(await page.evaluate("typeof globalThis.axe === 'object'"))) await page.add(readFileSync(AXE, "utf-8"));
  return page.evaluate(async () => {
    /* global axe */
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  });
}

/** All questions in one go, by the judge of the page. */
const judged = `async (questions) => {
  const answer = (${questionsOf})(modules);
  const all = [];
  for (const question of questions) all.push(JSON.parse(await answer(question)));
  return all;
}`;

let [browser, begun] = [null, ""];

async function end() {
  const ending = browser;
  [browser, begun] = [null, ""];
  await ending?.end();
}

async function done({ launch: how, page: url, steps = [], questions = [], sinks, width = 800, height, zoom = 1, scheme, axe, ends }) {
  if (begun !== JSON.stringify(how)) await end();
  browser ??= await launch(how);
  begun = JSON.stringify(how);
  const open = () => browser.open({ url, width, height, zoom, scheme });
  const answer = { ran: [], screens: [], judged: [], ways: [...Object.keys(STAYING), ...Object.keys(LEAVING)], ...(await open()) };
  for (const [step, value] of steps) {
    await STEPS[step](browser, value, answer);
    answer.screens.push({ ...(await browser.evaluate(seen)), ...(axe && { findings: await findings(browser) }) });
  }
  if (questions.length) answer.judged = await browser.evaluate(`(${judged})(${JSON.stringify(questions)})`);
  if (sinks) await tryWays(browser, open, sinks);
  await browser.shut();
  if (ends) await end();
  return answer;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await done(JSON.parse(line)).catch(async (error) => {
    await end().catch(() => {});
    return { failed: error.stack };
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await end();
