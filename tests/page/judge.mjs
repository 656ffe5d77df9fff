// The judge of the page, for tests: one question a line of standard input, one answer a line of standard output, in JSON.

import { createInterface } from "node:readline";

import { questionsOf } from "./questions.mjs";

const NAMES = [
  ...["aesgcm", "bytes", "mlkem", "sha2", "sha3", "x25519"].map((name) => `crypto/${name}.js`),
  ...["envelope", "judge", "opening", "pile", "record", "slip39", "wordlist"].map((name) => `judge/${name}.js`),
  "texts.js",
  "wording.js",
];
const modules = {};
for (const name of NAMES) modules[name] = await import(`../../page/${name}`);
const answer = questionsOf(modules);

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${await answer(JSON.parse(line))}\n`);
