// Reads JSON from standard input: {recipient, identity, text, file, keep}.  Encrypts the text to the recipient, decrypts it with
// the identity, decrypts the given file (base64) too, and writes what came out, with the identity's own recipient; with keep also
// what was encrypted.

import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const { recipient, identity, text, file, keep } = JSON.parse(readFileSync(0, "utf8"));

async function decrypt(data) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(data)).toString("base64");
}

const answer = { recipient: await identityToRecipient(identity) };
if (text !== undefined) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(text);
  answer.text = await decrypt(sealed);
  if (keep) {
    answer.sealed = Buffer.from(sealed).toString("base64");
  }
}
if (file !== undefined) {
  answer.file = await decrypt(Buffer.from(file, "base64"));
}
process.stdout.write(JSON.stringify(answer));
