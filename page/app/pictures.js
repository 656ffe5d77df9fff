/** Symbols from photographs, scans and the camera. */

import { kindOfSymbol } from "../judge/kinds.js";

const MOST_PIXELS = 16_000_000;
const MOST_DECODED = 250_000_000;
const HEAD_BYTES = 1 << 20;
const SMALL = 1_600;
const MOST_PAGES = 32;
const MOST_BYTES = 1 << 28;
const MOST_STEPS = 6;
const OPTIONS = {
  formats: ["QRCode"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  maxNumberOfSymbols: 32,
};

/** Whether the reader was set into this copy of the page. */
export const hasReader = () => typeof globalThis.ZXingWASM === "object" && typeof globalThis.READER === "string";

let prepared = false;

/** The reader's own address would be on a network: it is always given its bytes. */
function prepare() {
  if (prepared) return;
  const binary = Uint8Array.from(atob(globalThis.READER), (character) => character.charCodeAt(0));
  globalThis.ZXingWASM.prepareZXingModule({ overrides: { wasmBinary: binary.buffer } });
  prepared = true;
}

/** A picture as pixels, not more than a reader needs. @param {ImageBitmap | HTMLVideoElement} source @param {number} larger */
function pixelsOf(source, larger = 1) {
  const [wide, high] = [source.width || source.videoWidth, source.height || source.videoHeight];
  const scale = Math.min(larger, Math.sqrt(MOST_PIXELS / (wide * high)));
  const sides = [wide, high].map((side) => Math.max(1, Math.floor(side * scale)));
  const context = new OffscreenCanvas(...sides).getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, ...sides);
  return context.getImageData(0, 0, ...sides);
}

/** What sheets hold: a code of others, which the judge passes over, is not counted as one that was read. */
async function textsOf(pixels, more = {}) {
  const found = await globalThis.ZXingWASM.readBarcodes(pixels, { ...OPTIONS, ...more });
  return found.filter(({ isValid, text }) => isValid && kindOfSymbol(text)).map(({ text }) => text);
}

/** How wide and high a JPEG or a PNG says that it is, as it is stored; nothing of others. @param {Uint8Array} bytes its beginning */
function sizeOf(bytes) {
  const view = new DataView(bytes.buffer);
  const isThere = (at) => at + 10 <= bytes.length;
  if (isThere(14) && view.getUint32(0) === 0x89504e47) return [view.getUint32(16), view.getUint32(20)];
  if (!isThere(2) || view.getUint16(0) !== 0xffd8) return [];
  let at = 2;
  while (isThere(at) && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return [];
}

/**
 * A picture, made smaller while it is decoded where it is large: WebKit takes seconds to draw from a large one, in one go.
 * A picture that lies on its side may be turned by that, so it must be small enough either way.
 */
async function bitmapOf(blob) {
  const [wide = 0, high = 0] = sizeOf(new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()));
  if (wide * high > MOST_DECODED) throw new RangeError("a picture that fills the memory");
  if (wide * high <= MOST_PIXELS) return createImageBitmap(blob);
  const resizeWidth = Math.floor(Math.sqrt((MOST_PIXELS * Math.min(wide, high)) / Math.max(wide, high)));
  return createImageBitmap(blob, { resizeWidth, resizeQuality: "low" });
}

/** Plain, by one threshold for the whole, and enlarged: what several looks read is put together. */
async function* symbolsIn(blob, found) {
  yield;
  const bitmap = await bitmapOf(blob);
  try {
    prepare();
    yield;
    const pixels = pixelsOf(bitmap);
    for (const more of [{}, { binarizer: "GlobalHistogram" }]) {
      yield;
      for (const text of await textsOf(pixels, more)) found.add(text);
    }
    if (Math.max(bitmap.width, bitmap.height) >= SMALL) return;
    yield;
    const larger = pixelsOf(bitmap, 2);
    yield;
    for (const text of await textsOf(larger)) found.add(text);
  } finally {
    bitmap.close();
  }
}

/** Where photographs begin inside a scanner's PDF: each is a stream of its own. @param {Uint8Array} bytes @returns {number[]} */
function jpegsIn(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  return Array.from(text.matchAll(/stream\r?\n(?=\xff\xd8\xff)/g), (found) => found.index + found[0].length);
}

/** A file as pictures: of a PDF the photographs in it, one a page as scanners make them. @param {File} file @param {{beyond: number}} read gets how many are too many */
async function blobsOf(file, read) {
  if (file.size > MOST_BYTES) return [];
  const head = new Uint8Array(await file.slice(0, 5).arrayBuffer());
  if (String.fromCharCode(...head) !== "%PDF-") return [file];
  const starts = jpegsIn(new Uint8Array(await file.arrayBuffer()));
  read.beyond = starts.length - MOST_PAGES;
  return starts.slice(0, MOST_PAGES).map((at, page) => file.slice(at, starts[page + 1], "image/jpeg"));
}

/**
 * Reads the symbols in a file, and yields before each step that takes a while: whoever asked can say so, or ask no more.
 *
 * @param {File} file
 * @param {{texts: Set<string>, isPicture: boolean, beyond: number}} read gets their texts, whether there is a picture that this browser opens, and how many of a PDF are too many
 * @returns {AsyncGenerator<number>} how many steps there are at most; 0 where that is not yet known
 */
export async function* reading(file, read) {
  yield 0;
  const blobs = await blobsOf(file, read).catch(() => []);
  for (const blob of blobs) {
    try {
      for await (const _ of symbolsIn(blob, read.texts)) yield 1 + MOST_STEPS * blobs.length;
      read.isPicture = true;
    } catch {
      // not a picture: the next one of the file may be
    }
  }
}

/**
 * The texts of what a camera sees now.
 *
 * @param {HTMLVideoElement} video
 * @returns {Promise<string[]>}
 */
export async function readFrame(video) {
  prepare();
  return video.videoWidth ? textsOf(pixelsOf(video), { tryHarder: false }) : [];
}
