/** Symbols from photographs, scans and the camera. */

const LARGEST = 4_000;
const SMALL = 1_600;
const MOST_PAGES = 32;
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

/** A picture as pixels, not larger than a reader needs. @param {ImageBitmap | HTMLVideoElement} source */
function pixelsOf(source, scale) {
  const [wide, high] = [source.width || source.videoWidth, source.height || source.videoHeight].map((side) =>
    Math.round(side * scale),
  );
  const canvas = new OffscreenCanvas(wide, high);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, wide, high);
  return context.getImageData(0, 0, wide, high);
}

async function textsOf(pixels, more = {}) {
  const found = await globalThis.ZXingWASM.readBarcodes(pixels, { ...OPTIONS, ...more });
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}

/** Plain, by one threshold for the whole, and enlarged: what several looks read is put together. */
async function symbolsOf(bitmap) {
  prepare();
  const side = Math.max(bitmap.width, bitmap.height);
  const scale = Math.min(1, LARGEST / side);
  const found = new Set(await textsOf(pixelsOf(bitmap, scale)));
  for (const text of await textsOf(pixelsOf(bitmap, scale), { binarizer: "GlobalHistogram" })) found.add(text);
  if (side < SMALL) for (const text of await textsOf(pixelsOf(bitmap, 2))) found.add(text);
  return [...found];
}

/** Where photographs begin inside a scanner's PDF: each is a stream of its own. @param {Uint8Array} bytes @returns {number[]} */
function jpegsIn(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  return Array.from(text.matchAll(/stream\r?\n(?=\xff\xd8\xff)/g), (found) => found.index + found[0].length);
}

/** A file as pictures: of a PDF the photographs in it, one a page as scanners make them. @param {File} file */
async function blobsOf(file) {
  const head = new Uint8Array(await file.slice(0, 5).arrayBuffer());
  if (String.fromCharCode(...head) !== "%PDF-") return [file];
  const starts = jpegsIn(new Uint8Array(await file.arrayBuffer())).slice(0, MOST_PAGES);
  return starts.map((at, page) => file.slice(at, starts[page + 1], "image/jpeg"));
}

async function symbolsIn(blob) {
  const bitmap = await createImageBitmap(blob);
  try {
    return await symbolsOf(bitmap);
  } finally {
    bitmap.close();
  }
}

/**
 * The texts of the symbols in a file, or null where there is no picture in it that this browser opens and reads.
 *
 * @param {File} file
 * @returns {Promise<string[] | null>}
 */
export async function readFile(file) {
  let found = null;
  for (const blob of await blobsOf(file).catch(() => [])) {
    const texts = await symbolsIn(blob).catch(() => null);
    if (texts) found = [...new Set([...(found ?? []), ...texts])];
  }
  return found;
}

/**
 * The texts of what a camera sees now.
 *
 * @param {HTMLVideoElement} video
 * @returns {Promise<string[]>}
 */
export async function readFrame(video) {
  prepare();
  return video.videoWidth ? textsOf(pixelsOf(video, 1), { tryHarder: false }) : [];
}
