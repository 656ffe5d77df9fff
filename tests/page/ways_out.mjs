// Every way that is known by which something could leave the page, each tried from within it, to a place that listens on this machine.
// A way that throws was refused; what counts is what was heard.

import { setTimeout as pause } from "node:timers/promises";

const SETTLE_MS = 700;

/** An element with these attributes, put into the page; set as text where types are trusted, and so refused there. */
const PUT = `(name, given, where = document.body) => {
  const made = document.createElement(name);
  Object.assign(made, given);
  where.append(made);
  return made;
}`;
const link = (rel, more = "") => `(to) => put("link", { rel: "${rel}", href: to ${more} }, document.head)`;

/** The page stays as it is. */
export const STAYING = {
  fetch: `(to) => fetch(to)`,
  "fetch, to be kept alive": `(to) => fetch(to, { keepalive: true, mode: "no-cors", method: "POST", body: "x" })`,
  XMLHttpRequest: `(to) => { const one = new XMLHttpRequest(); one.open("GET", to); one.send(); }`,
  "navigator.sendBeacon": `(to) => navigator.sendBeacon(to, "x")`,
  WebSocket: `(to) => new WebSocket(to.replace("http", "ws"))`,
  EventSource: `(to) => new EventSource(to)`,
  image: `(to) => { new Image().src = to; }`,
  "style sheet": link("stylesheet"),
  "style with an address": `(to) => put("style", { textContent: ":root { background: url(" + to + ") !important }" })`,
  "style attribute with an address": `(to) => { document.body.style.backgroundImage = "url(" + to + ")"; }`,
  font: `(to) => new FontFace("x", "url(" + to + ")").load()`,
  frame: `(to) => put("iframe", { src: to })`,
  object: `(to) => put("object", { data: to })`,
  embed: `(to) => put("embed", { src: to, type: "text/html" })`,
  video: `(to) => put("video", { src: to, preload: "auto", muted: true, autoplay: true })`,
  script: `(to) => put("script", { src: to })`,
  "import()": `(to) => import(to)`,
  worker: `(to) => new Worker(to)`,
  "worker that fetches": `(to) => new Worker(URL.createObjectURL(new Blob(["fetch('" + to + "')"])))`,
  "service worker": `(to) => navigator.serviceWorker.register(to)`,
  markup: `(to) => document.body.insertAdjacentHTML("beforeend", "<img src=" + to + ">")`,
  "link to an icon": link("icon"),
  "link to a manifest": link("manifest"),
  "link: prefetch": link("prefetch"),
  "link: preload": link("preload", ', as: "image"'),
  "link: modulepreload": link("modulepreload"),
  "link: preconnect": link("preconnect"),
  "link: dns-prefetch": link("dns-prefetch"),
  "rules of speculation": `(to) => put("script", { type: "speculationrules", text: JSON.stringify({ prefetch: [{ source: "list", urls: [to] }] }) })`,
  WebTransport: `(to) => new WebTransport(to.replace("http:", "https:")).ready`,
  WebRTC: `async (to) => {
    const one = new RTCPeerConnection({ iceServers: [{ urls: "stun:" + new URL(to).host }] });
    one.createDataChannel("x");
    await one.setLocalDescription(await one.createOffer());
  }`,
  "WebRTC of an empty frame": `async (to) => {
    const Other = put("iframe", {}).contentWindow.RTCPeerConnection;
    const one = new Other({ iceServers: [{ urls: "stun:" + new URL(to).host }] });
    one.createDataChannel("x");
    await one.setLocalDescription(await one.createOffer());
  }`,
};

/** Where it is not stopped, the page is gone, or another one is there; each begins with a click, as browsers ask for. */
export const LEAVING = {
  form: `(to) => put("form", { action: to, method: "post" }).submit()`,
  "form into another window": `(to) => put("form", { action: to, target: "_blank" }).submit()`,
  location: `(to) => { location.href = to; }`,
  "link that is clicked": `(to) => put("a", { href: to }).click()`,
  "ping of a link": `(to) => put("a", { href: "#", ping: to }).click()`,
  "link to a download": `(to) => put("a", { href: to, download: "x" }).click()`,
  "meta refresh": `(to) => put("meta", { httpEquiv: "refresh", content: "0; url=" + to }, document.head)`,
  "window.open": `(to) => window.open(to)`,
  "window.open, then location": `(to) => { const other = window.open(""); other.location = to; }`,
};

/** Tries those that lead somewhere. @param {Record<string, string>} sinks where each way leads */
export async function tryWays(page, open, sinks) {
  const called = (way, to) => `(() => { const put = ${PUT}; return (${way})(${JSON.stringify(to)}); })()`;
  const led = (ways) => Object.entries(ways).filter(([name]) => name in sinks);
  for (const [name, way] of led(STAYING)) {
    const begun = `void (async () => { try { await ${called(way, sinks[name])}; } catch {} })()`;
    await page.evaluate(begun);
  }
  await pause(SETTLE_MS);
  for (const [name, way] of led(LEAVING)) {
    await page.shut();
    await open();
    await page.evaluate(`void document.querySelector(".go").addEventListener("click", (event) => {
      event.stopImmediatePropagation();
      ${called(way, sinks[name])};
    }, { capture: true })`);
    await page.click((selector) => document.querySelector(selector), ".go");
    await pause(SETTLE_MS / 2);
  }
}
