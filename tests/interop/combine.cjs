// Reads JSON from standard input: a list of lists of SLIP-39 mnemonics.  Writes a list: the secret of each in hexadecimal,
// or null where the package refuses.

const slip39 = require("slip39");

const quorums = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

function combine(mnemonics) {
  try {
    return Buffer.from(slip39.recoverSecret(mnemonics, "")).toString("hex");
  } catch {
    return null;
  }
}

process.stdout.write(JSON.stringify(quorums.map(combine)));
