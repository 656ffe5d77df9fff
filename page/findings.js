/** What of the findings of the judge is still to be told, and what is told together. */

/** How many words of a sheet, or characters of a line, can be put right. */
export const MOST_RESTORED = 3;

/** Misread lines of one total as one thing; a line that was typed wrong is not missing as well, and one that is there is wrong no more. */
export function folded(findings) {
  const totals = new Map();
  const missing = new Map(findings.filter(({ what }) => what === "missing-lines").map((one) => [one.total, one.missing]));
  const isOpen = ({ number, total }) => missing.get(total)?.includes(number) ?? true;
  for (const one of findings.filter((each) => each.what === "misread-line" && isOpen(each))) {
    const key = `${one.total} ${one.illegible > MOST_RESTORED}`;
    const { numbers = [], where = [] } = totals.get(key) ?? {};
    const all = [...new Set([...numbers, one.number])].sort((a, b) => a - b);
    totals.set(key, { ...one, numbers: all, where: [...where, ...one.where] });
  }
  const isSaid = (total, number) => [...totals.values()].some((one) => one.total === total && one.numbers.includes(number));
  const left = findings
    .filter(({ what }) => what !== "misread-line")
    .map((one) =>
      one.what === "missing-lines"
        ? { ...one, missing: one.missing.filter((number) => !isSaid(one.total, number)) }
        : one,
    );
  const isMissing = ({ what }) => what === "missing-lines";
  const stillMissing = left.filter((one) => isMissing(one) && one.missing.length);
  return [...left.filter((one) => !isMissing(one)), ...totals.values(), ...stillMissing];
}

const SOUND = ["share", "used", "belongs"];

/** What is still to be told: a fault that was put right elsewhere is none. @param {import("./judge/judge.js").Finding[]} findings */
export function toldOf(findings) {
  const keyOf = (sheet, { identifier }) => `${identifier}/${sheet}`;
  const sound = findings.filter(({ what }) => SOUND.includes(what));
  const sheets = new Set(sound.filter(({ claim }) => claim).map(({ sheet, claim }) => keyOf(sheet, claim)));
  const hasEnvelope = findings.some(({ what }) => what === "record");
  const isPutRight = (one) =>
    (one.what === "damaged" && one.claim && sheets.has(keyOf(one.seems, one.claim))) ||
    (hasEnvelope && ["misread-line", "missing-lines", "damaged-envelope"].includes(one.what));
  return folded(findings.filter((one) => !isPutRight(one)));
}
