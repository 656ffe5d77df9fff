// Two ways to drive a browser, with one face: puppeteer for Chromium and Firefox, and the WebDriver of W3C, over loopback, for WebKit.
// A profile that is named is kept; any other is gone with the browser.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import puppeteer from "puppeteer-core";

const PATIENCE_MS = 300_000;

/** Until something holds; a browser on a busy machine is slow, and does not hang. */
export async function until(holds, what) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(20)) {
    const found = await holds();
    if (found) return found;
  }
  throw new Error(`this did not come: ${what}`);
}

class ByPuppeteer {
  constructor(browser) {
    this.browser = browser;
  }

  static async launch({ name, program, profile, args = [], prefs = {} }) {
    const browser = await puppeteer.launch({
      browser: name,
      executablePath: program,
      userDataDir: profile,
      protocolTimeout: PATIENCE_MS,
      args: name === "chrome" ? ["--no-sandbox", ...args] : args,
      extraPrefsFirefox: prefs,
    });
    return new ByPuppeteer(browser);
  }

  /** A tab of its own, and what the browser tells of it. */
  async open({ url, width, height = 900, zoom, scheme }) {
    const answer = { requests: [], errors: [] };
    this.page = await this.browser.newPage();
    this.page.on("request", (request) => request.url().startsWith("data:") || answer.requests.push(request.url())); // of Firefox itself
    this.page.on("pageerror", (error) => answer.errors.push(error.message));
    this.page.on("console", (message) => message.type() === "error" && answer.errors.push(message.text()));
    await this.page.setViewport({ width: Math.round(width / zoom), height: Math.round(height / zoom), deviceScaleFactor: zoom });
    if (scheme) await this.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await this.page.goto(url);
    return answer;
  }

  shut = () => this.page.close();
  end = () => this.browser.close();
  evaluate = (script, ...args) => this.page.evaluate(script, ...args);
  down = (key) => this.page.keyboard.down(key);
  up = (key) => this.page.keyboard.up(key);
  key = (key) => this.page.keyboard.press(key);
  type = (text) => this.page.keyboard.type(text);
  add = (script) => this.page.evaluate(`void (() => { ${script}\n })()`);

  async click(find, ...args) {
    await (await this.page.evaluateHandle(find, ...args)).click();
  }

  async upload(files) {
    await (await this.page.$("#files")).uploadFile(...files);
  }
}

const KEYS = { Enter: "\uE007", "\n": "\uE007", Tab: "\uE004", Escape: "\uE00C" };

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

class ByWebDriver {
  static async launch({ program, browser, profile, args = [] }) {
    const made = new ByWebDriver();
    made.kept = profile !== undefined;
    made.home = profile ?? mkdtempSync(join(tmpdir(), "webkit-"));
    made.screen = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] }); // fmt: skip
    const display = await new Promise((done) => made.screen.stdout.once("data", (data) => done(String(data).trim())));
    const port = await freePort();
    const environment = { PATH: process.env.PATH, LANG: "C.UTF-8", HOME: made.home, DISPLAY: `:${display}`, LIBGL_ALWAYS_SOFTWARE: "1" };
    made.driver = spawn(program, [`--port=${port}`, "--host=127.0.0.1"], { env: environment, stdio: "ignore" });
    made.base = `http://127.0.0.1:${port}`;
    await until(() => fetch(`${made.base}/status`).then((found) => found.ok, () => false), "WebKitWebDriver"); // fmt: skip
    const wanted = { "webkitgtk:browserOptions": { binary: browser, args: ["--automation", ...args] } };
    const { sessionId } = await made.ask("POST", "/session", { capabilities: { alwaysMatch: wanted } });
    made.base += `/session/${sessionId}`;
    await made.ask("POST", "/timeouts", { script: PATIENCE_MS, pageLoad: PATIENCE_MS });
    return made;
  }

  async ask(method, path, body) {
    const headers = { "content-type": "application/json" };
    const found = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    const { value } = await found.json();
    if (!found.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  /** It tells neither of requests nor of errors. */
  async open({ url, width }) {
    await this.ask("POST", "/window/rect", { x: 0, y: 0, width, height: 900 });
    await this.ask("POST", "/url", { url });
    return { requests: [], errors: [] };
  }

  shut = () => this.ask("POST", "/url", { url: "about:blank" });

  async end() {
    await this.ask("DELETE", "").catch(() => {});
    for (const one of [this.driver, this.screen]) {
      const ended = new Promise((done) => one.once("exit", done));
      one.kill();
      await ended;
    }
    if (!this.kept) rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  async evaluate(script, ...args) {
    const called = typeof script === "string" ? `(() => (${script}))` : `(${script})`;
    const run = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => ${called}(...arguments[0])).then((value) => done([value ?? null]), (error) => done(String(error)));`;
    const found = await this.ask("POST", "/execute/async", { script: run, args: [args] });
    if (typeof found === "string") throw new Error(found);
    return found[0];
  }

  async click(find, ...args) {
    const found = await this.ask("POST", "/execute/sync", { script: `return (${find})(...arguments)`, args });
    await this.ask("POST", `/element/${Object.values(found)[0]}/click`, {});
  }

  async upload(files) {
    const found = await this.ask("POST", "/element", { using: "css selector", value: "#files" });
    await this.ask("POST", `/element/${Object.values(found)[0]}/value`, { text: files.join("\n") });
  }

  press = (...actions) => this.ask("POST", "/actions", { actions: [{ type: "key", id: "keys", actions }] });
  down = (key) => this.press({ type: "keyDown", value: KEYS[key] ?? key });
  up = (key) => this.press({ type: "keyUp", value: KEYS[key] ?? key });
  key = (key) => this.type([KEYS[key] ?? key]);
  type = (text) => this.press(...[...text].map((sign) => KEYS[sign] ?? sign).flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }])); // fmt: skip
  add = (script) => this.ask("POST", "/execute/sync", { script, args: [] });
}

export const launch = (asked) => (asked.name === "webkit" ? ByWebDriver : ByPuppeteer).launch(asked);
