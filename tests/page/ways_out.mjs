// What a policy in the file stops, each tried from within the page.
const WAYS_OUT = {
  fetch: (to) =>
    fetch(to).then(
      () => "went",
      () => "stopped",
    ),
  beacon: (to) => (navigator.sendBeacon(to, "x") ? "queued" : "stopped"),
  socket: (to) =>
    new Promise((done, refused) => {
      const socket = new WebSocket(to.replace("http", "ws")); // Firefox throws here
      socket.onerror = refused;
      socket.onopen = () => done("went");
    }).catch(() => "stopped"),
  image: (to) =>
    new Promise((done) => {
      const image = new Image();
      image.onerror = () => done("stopped");
      image.onload = () => done("went");
      image.src = to;
    }),
  markup: () => {
    try {
      document.body.insertAdjacentHTML("beforeend", "<b>x</b>");
      return "went";
    } catch {
      return "stopped";
    }
  },
  // The last one: where it is not stopped, the page is gone.
  form: (to) => {
    const form = document.createElement("form");
    Object.assign(form, { action: to, method: "post" });
    document.body.append(form);
    form.submit();
    return "tried";
  },
};

/** What each came to. */
export async function tried(page, sink) {
  const ways = {};
  for (const [name, way] of Object.entries(WAYS_OUT)) ways[name] = await page.evaluate(way, sink).catch(() => "went");
  return ways;
}
