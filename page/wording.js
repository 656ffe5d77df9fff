/** How numbers, days and text of others are written. */

const DAY = 86_400_000;
const LAST_DAY = 2_932_896; // 9999-12-31

/** A day of the header as a date. @param {number} days since 1970-01-01 UTC */
export const dateOf = (days) =>
  days > LAST_DAY ? `day ${days} after 1970-01-01` : new Date(days * DAY).toISOString().slice(0, 10);

/** Text of others with everything that is not seen, or turns the direction, written as its code. @param {string} text */
export const shown = (text) =>
  text.replace(
    /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16).toUpperCase()}}`,
  );

/** @param {string[]} words as a person lists them */
export const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

/** A number of things. @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Numbers as people say them: 4 to 33, or 3, 5 and 9. @param {number[]} numbers in their order */
export function ranges(numbers) {
  const runs = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && number === run.at(-1) + 1) run.push(number);
    else runs.push([number]);
  }
  return listed(runs.flatMap((run) => (run.length > 2 ? [`${run[0]} to ${run.at(-1)}`] : run.map(String))));
}

/** Things by their numbers: words 4 to 33. @param {string} what @param {number[]} numbers */
export const named = (what, numbers) => `${what}${numbers.length === 1 ? "" : "s"} ${ranges(numbers)}`;

/** @param {number[]} numbers of things that are, or of one that is */
export const are = (numbers) => (numbers.length === 1 ? "is" : "are");

/** @param {string} text as it begins a sentence */
export const capital = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
