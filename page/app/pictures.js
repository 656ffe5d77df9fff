/** Symbols from photographs, scans and the camera. */

const LARGEST = 4_000;
const SMALL = 1_600;
const JPEG = [0xff, 0xd8, 0xff];
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

/** The JPEG inside a scanner's PDF, from where one begins. @param {Uint8Array} bytes */
function jpegIn(bytes) {
  for (let at = 0; at < bytes.length - 2; at++)
    if (JPEG.every((byte, by) => bytes[at + by] === byte)) return bytes.slice(at);
  return null;
}

/** A file as a picture; a PDF as the first photograph in it. @param {File} file */
async function bitmapOf(file) {
  const head = new Uint8Array(await file.slice(0, 5).arrayBuffer());
  if (String.fromCharCode(...head) !== "%PDF-") return createImageBitmap(file);
  const jpeg = jpegIn(new Uint8Array(await file.arrayBuffer()));
  if (!jpeg) throw new TypeError("no photograph in it");
  return createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
}

/**
 * The texts of the symbols in a file, or null where it is no picture that this browser opens.
 *
 * @param {File} file
 * @returns {Promise<string[] | null>}
 */
export async function readFile(file) {
  let bitmap;
  try {
    bitmap = await bitmapOf(file);
  } catch {
    return null;
  }
  const found = await symbolsOf(bitmap);
  bitmap.close();
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
