// Reads JSON from standard input: {recipient, identity, text, file}.  Encrypts the text to the recipient, decrypts it with
// the identity, decrypts the given file (base64) too, and writes what came out, with the identity's own recipient.

import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const { recipient, identity, text, file } = JSON.parse(readFileSync(0, "utf8"));

async function decrypt(data) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(data)).toString("base64");
}

const answer = { recipient: await identityToRecipient(identity) };
if (text !== undefined) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  answer.text = await decrypt(await encrypter.encrypt(text));
}
if (file !== undefined) {
  answer.file = await decrypt(Buffer.from(file, "base64"));
}
process.stdout.write(JSON.stringify(answer));
